/**
 * Pacing: never ask a platform faster than its connector says we may.
 *
 * Limits belong to the remote account, so they are counted in the database, over all processes and
 * all customers that share the account. A gate in each process makes good what the ledger cannot
 * know: that a timer fired late or a connection had to be opened first.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connector, Limit } from '#connector';
import { PlatformError } from '../core/errors.js';
import type { Clock, Sql } from '../core/ports.js';
import type { Pacer, Permit, ToldQuota } from '../engine/pacer.js';
import { DatabaseClock } from './database-clock.js';
import { Gate } from './gate.js';

/**
 * How much longer than the platform's own window ours is, for the jitter of the way. Where the shortest window is long,
 * a request that comes too early can cost a minute, and a little more patience hardly anything.
 */
function marginOf(limits: readonly Limit[]): number {
  const shortest = Math.min(...limits.map(({ seconds }) => seconds));
  return Math.max(0.01, Math.min(0.25, shortest / 200));
}
/** Leave further away than this is not waited for: the run is scheduled for later. */
const horizonSeconds = 60;
/**
 * Every request leaves this long after its slot, so that a slow answer from the database or a late timer
 * does not bring it nearer to the next process's. It costs no speed, since slots are counted from slots.
 */
const leadMs = 20;
/** Sends later than this after their slot are corrected in the ledger. */
const noticeableMs = 3;

/** A slot that was missed by more than this is no longer ours. */
const longestDelayMs = 1_000;

export interface AccountPacer extends Pacer {
  /** The limit that made the last request wait, in words, or undefined when none did. */
  readonly binding: string | undefined;
  /** The account behind a stand-in is known now: what was sent counts against its limits. */
  become(accountId: string): Promise<void>;
}

export interface PacerHouse {
  readonly sql: Sql;
  readonly clock: Clock;
  /** By platform id; what is not in it keeps the connector's limits. */
  readonly platformLimits: ReadonlyMap<string, readonly Limit[]>;
}

/**
 * The pacer of one remote account. `accountId` is the platform's id, or a stand-in before it is known.
 *
 * @param leavesRoom asked before each request: whether some of each limit is left to others, who come before it then. Default: no.
 */
export function pacerFor(
  house: PacerHouse,
  connector: Connector,
  accountId: string,
  leavesRoom?: () => Promise<boolean>,
): AccountPacer {
  return new LedgerPacer(house, connector, accountId, leavesRoom);
}

interface Grant {
  readonly granted: boolean;
  readonly wait_ms: number;
  readonly slot_ms: number;
  readonly slot_text: string;
  readonly binding: number;
  /** How many requests each limit allows now: what is published, or what replies have said. */
  readonly allowances: readonly number[];
}

class LedgerPacer implements AccountPacer {
  binding: string | undefined;

  readonly sql: Sql;
  readonly clock: Clock;
  /** Limits that the operator set count every request, whatever its group. */
  readonly ownLimits: readonly Limit[] | undefined;

  constructor(
    { sql, clock, platformLimits }: PacerHouse,
    readonly connector: Connector,
    public accountId: string,
    readonly leavesRoom: (() => Promise<boolean>) | undefined,
  ) {
    this.sql = sql;
    this.clock = clock;
    this.ownLimits = platformLimits.get(connector.manifest.id);
  }

  async become(accountId: string): Promise<void> {
    const before = this.#key;
    this.accountId = accountId;
    await this.sql.transaction('none', tx => tx.rows('select quota_move($1, $2)', [before, this.#key]));
  }

  async take(group: string | undefined, signal: AbortSignal): Promise<Permit> {
    const counting = this.#counting(group);
    const gate = gateOf(this.sql, this.#key);
    const leavesRoom = (await this.leavesRoom?.()) === true;
    for (;;) {
      const pauses = await gate.pauses();
      const grant = await this.#grant(group, counting, leavesRoom);
      const limits = counting.map(({ limit }, index) => ({
        ...limit,
        requests: grant.allowances[index] ?? limit.requests,
      }));
      const slot = clockOf(this.sql).ours(grant.slot_ms);
      const due = slot + (limits.length === 0 ? 0 : leadMs);
      if (slot > performance.now()) {
        await sleepUntil(slot, signal);
        if (await this.#isForfeited(group, slot)) continue;
        await sleepUntil(due, signal);
      }
      const permit = await gate.pass({ pauses, limits, group }, marginOf(limits), signal, sentAt =>
        this.#correct(grant, sentAt - due),
      );
      if (permit !== undefined) return permit;
    }
  }

  async #grant(group: string | undefined, counting: readonly Counting[], leavesRoom: boolean): Promise<Grant> {
    const grant = await this.#reserve(group, counting, leavesRoom);
    const binding = counting[grant.binding - 1]?.limit;
    const requests = grant.allowances[grant.binding - 1] ?? 0;
    this.binding = grant.wait_ms < noticeableMs ? undefined : bindingWords(binding && { ...binding, requests });
    if (!grant.granted) {
      const until = new Date(this.clock.now().getTime() + grant.wait_ms);
      throw new PlatformError(
        'PLATFORM_BUSY',
        'wait',
        `${this.connector.manifest.name} allows the next request at ${until.toISOString()} (${this.binding}).`,
        {
          until,
          remedy: 'Nothing needs to be done: the import goes on by itself when the limit allows.',
        },
      );
    }
    return grant;
  }

  /** The platform has asked for a pause since the slot was given, or this process slept far past it. */
  async #isForfeited(group: string | undefined, slot: number): Promise<boolean> {
    const [hold] = await this.sql.transaction('none', tx =>
      tx.rows('select 1 from quota_holds where key = any ($1) and until > clock_timestamp()', [this.#holdKeys(group)]),
    );
    return hold !== undefined || performance.now() - slot > longestDelayMs;
  }

  async hold(group: string | undefined, until: Date): Promise<void> {
    const holdMs = until.getTime() - this.clock.now().getTime();
    const written = this.sql.transaction('none', tx =>
      tx.rows('select quota_hold($1, $2)', [this.#holdKeys(group)[0], holdMs]),
    );
    gateOf(this.sql, this.#key).pause(written);
    await written;
  }

  async learn(group: string | undefined, { limit, until }: ToldQuota): Promise<void> {
    if (limit !== undefined) await this.#believe(group, limit);
    if (until !== undefined) await this.hold(group, until);
  }

  /**
   * What a reply says of a limit is said of the tightest one that counted the request. More than any plan has of that is said of
   * another one, such as that of the day, if some plan has so much of it.
   */
  async #believe(group: string | undefined, told: number): Promise<void> {
    const counting = this.#counting(group);
    const [tightest] = counting
      .filter(({ limit }) => limit.seconds <= 60)
      .toSorted((a, b) => a.limit.requests / a.limit.seconds - b.limit.requests / b.limit.seconds);
    const isTooMuch = tightest?.limit.upTo !== undefined && told > tightest.limit.upTo;
    const meant = isTooMuch ? counting.find(({ limit }) => isOfSomePlan(limit, told)) : tightest;
    if (meant === undefined || told < 1) return;
    const { requests, upTo } = meant.limit;
    const most = told < requests || upTo !== undefined ? told : undefined;
    const believed = believedOf(this.sql);
    const name = `${this.#key} ${meant.number}`;
    const before = believed.get(name);
    if (before?.most === most && performance.now() - (before?.at ?? 0) < rememberedMs) return;
    believed.set(name, { most, at: performance.now() });
    await this.sql.transaction('none', tx =>
      most === undefined
        ? tx.rows('delete from quota_told where key = $1 and limit_number = $2', [this.#key, meant.number])
        : tx.rows(
            `insert into quota_told values ($1, $2, $3) on conflict (key, limit_number)
             do update set most = excluded.most, told_at = excluded.told_at`,
            [this.#key, meant.number, most],
          ),
    );
  }

  /** Limits without a group count every request, the others those of their group. */
  #counting(group: string | undefined): readonly Counting[] {
    if (this.ownLimits !== undefined) return this.ownLimits.map(numbered);
    return this.connector.limits.map(numbered).filter(({ limit }) => [undefined, group].includes(limit.group));
  }

  async #reserve(group: string | undefined, counting: readonly Counting[], leavesRoom: boolean): Promise<Grant> {
    return this.sql.transaction('none', async tx => {
      const asked = performance.now();
      const [grant] = await tx.rows<Grant>(quotaTake, [
        this.#key,
        counting.map(({ number }) => number),
        counting.map(({ limit }) => limit.requests),
        counting.map(({ limit }) => limit.upTo ?? limit.requests),
        counting.map(({ limit }) => limit.seconds),
        this.#holdKeys(group),
        marginOf(counting.map(({ limit }) => limit)),
        horizonSeconds,
        leavesRoom,
      ]);
      const { slot_ms, wait_ms } = grant as Grant;
      clockOf(this.sql).hear(slot_ms - wait_ms, asked, performance.now());
      return grant as Grant;
    });
  }

  /** Best effort: without it the ledger is a little too generous to other processes, within the margin. */
  #correct({ slot_text }: Grant, lateMs: number): void {
    if (lateMs <= noticeableMs) return;
    this.sql
      .transaction('none', tx => tx.rows('select quota_correct($1, $2, $3)', [this.#key, slot_text, lateMs]))
      .catch(() => undefined);
  }

  /** Under which all that the account is asked is counted. */
  get #key(): string {
    return `${this.connector.manifest.id}/${this.accountId}/`;
  }

  /** A pause is for a group, or for everything; the narrower one comes first. */
  #holdKeys(group: string | undefined): readonly [string, ...string[]] {
    const counted = this.ownLimits === undefined ? group : undefined;
    return counted === undefined ? [this.#key] : [`${this.#key}${counted}`, this.#key];
  }
}

function isOfSomePlan({ seconds, requests, upTo }: Limit, told: number): boolean {
  return seconds > 60 && upTo !== undefined && told >= requests && told <= upTo;
}

/** A limit and its place among all of the platform's, which is its name in the ledger. */
interface Counting {
  readonly limit: Limit;
  readonly number: number;
}

function numbered(limit: Limit, index: number): Counting {
  return { limit, number: index + 1 };
}

function bindingWords(limit: Limit | undefined): string {
  return limit === undefined ? 'the platform asked for a pause' : limitWords(limit);
}

/** "3 requests per second", "10,000 requests per day". */
function limitWords({ requests, seconds, owner, group }: Limit): string {
  const spans: Readonly<Record<number, string>> = { 1: 'second', 60: 'minute', 3_600: 'hour', 86_400: 'day' };
  return `${requests.toLocaleString('en')} ${group === undefined ? '' : `${group} `}requests per ${spans[seconds] ?? `${seconds} seconds`} for the whole ${owner}`;
}

async function sleepUntil(moment: number, signal: AbortSignal): Promise<void> {
  const wait = moment - performance.now();
  if (wait > 0) await sleep(wait, undefined, { signal });
}

const quotaTake = `
select granted, wait_ms, binding, allowances, slot::text as slot_text, extract(epoch from slot)::double precision * 1000 as slot_ms
from quota_take($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

interface Believed {
  readonly most: number | undefined;
  readonly at: number;
}

/** What this process has written about limits that are not as published: most replies say nothing new. */
const believedLimits = new WeakMap<Sql, Map<string, Believed>>();
/** Then it is written again: another process may have heard otherwise. */
const rememberedMs = 600_000;

function believedOf(sql: Sql): Map<string, Believed> {
  const ours = believedLimits.get(sql) ?? new Map<string, Believed>();
  believedLimits.set(sql, ours);
  return ours;
}

const clocks = new WeakMap<Sql, DatabaseClock>();

function clockOf(sql: Sql): DatabaseClock {
  const clock = clocks.get(sql) ?? new DatabaseClock();
  clocks.set(sql, clock);
  return clock;
}

const gates = new WeakMap<Sql, Map<string, Gate>>();

function gateOf(sql: Sql, key: string): Gate {
  const ours = gates.get(sql) ?? new Map<string, Gate>();
  gates.set(sql, ours);
  const gate = ours.get(key) ?? new Gate();
  ours.set(key, gate);
  return gate;
}
