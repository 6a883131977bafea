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
import type { Pacer, Permit } from '../engine/pacer.js';
import { DatabaseClock } from './database-clock.js';
import { Gate } from './gate.js';

/** How much longer than the platform's own window ours is, for the jitter of the way. */
const marginSeconds = 0.01;
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

/** The pacer of one remote account. `accountId` is the platform's id, or a stand-in before it is known. */
export function pacerFor(house: PacerHouse, connector: Connector, accountId: string): AccountPacer {
  return new LedgerPacer(house, connector, accountId);
}

interface Grant {
  readonly granted: boolean;
  readonly wait_ms: number;
  readonly slot_ms: number;
  readonly slot_text: string;
  readonly binding: number;
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
  ) {
    this.sql = sql;
    this.clock = clock;
    this.ownLimits = platformLimits.get(connector.manifest.id);
  }

  async become(accountId: string): Promise<void> {
    const groups = new Set((this.ownLimits ?? this.connector.limits).map(limit => limit.group));
    const before = [...groups].map(group => this.#key(group));
    this.accountId = accountId;
    const after = [...groups].map(group => this.#key(group));
    await this.sql.transaction('none', tx =>
      tx.rows('select quota_move(old, new) from unnest($1::text[], $2::text[]) moved (old, new)', [before, after]),
    );
  }

  async take(group: string | undefined, signal: AbortSignal): Promise<Permit> {
    const key = this.#key(group);
    const limits = this.ownLimits ?? this.connector.limits.filter(limit => limit.group === group);
    const gate = gateOf(this.sql, key);
    for (;;) {
      const pauses = await gate.pauses();
      const grant = await this.#grant(key, limits);
      const slot = clockOf(this.sql).ours(grant.slot_ms);
      const due = slot + (limits.length === 0 ? 0 : leadMs);
      if (slot > performance.now()) {
        await sleepUntil(slot, signal);
        if (await this.#isForfeited(key, slot)) continue;
        await sleepUntil(due, signal);
      }
      const permit = await gate.pass({ pauses, limits }, marginSeconds, signal, sentAt =>
        this.#correct(key, grant, sentAt - due),
      );
      if (permit !== undefined) return permit;
    }
  }

  async #grant(key: string, limits: readonly Limit[]): Promise<Grant> {
    const grant = await this.#reserve(key, limits);
    this.binding = grant.wait_ms < noticeableMs ? undefined : bindingWords(limits, grant.binding);
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
  async #isForfeited(key: string, slot: number): Promise<boolean> {
    const [hold] = await this.sql.transaction('none', tx =>
      tx.rows('select 1 from quota_holds where key = $1 and until > clock_timestamp()', [key]),
    );
    return hold !== undefined || performance.now() - slot > longestDelayMs;
  }

  async hold(group: string | undefined, until: Date): Promise<void> {
    const holdMs = until.getTime() - this.clock.now().getTime();
    const written = this.sql.transaction('none', tx =>
      tx.rows('select quota_hold($1, $2)', [this.#key(group), holdMs]),
    );
    gateOf(this.sql, this.#key(group)).pause(written);
    await written;
  }

  async #reserve(key: string, limits: readonly Limit[]): Promise<Grant> {
    return this.sql.transaction('none', async tx => {
      const asked = performance.now();
      const [grant] = await tx.rows<Grant>(quotaTake, [
        key,
        limits.map(limit => limit.requests),
        limits.map(limit => limit.seconds),
        marginSeconds,
        horizonSeconds,
      ]);
      const { slot_ms, wait_ms } = grant as Grant;
      clockOf(this.sql).hear(slot_ms - wait_ms, asked, performance.now());
      return grant as Grant;
    });
  }

  /** Best effort: without it the ledger is a little too generous to other processes, within the margin. */
  #correct(key: string, { slot_text }: Grant, lateMs: number): void {
    if (lateMs <= noticeableMs) return;
    this.sql
      .transaction('none', tx => tx.rows('select quota_correct($1, $2, $3)', [key, slot_text, lateMs]))
      .catch(() => undefined);
  }

  #key(group: string | undefined): string {
    const counted = this.ownLimits === undefined ? group : undefined;
    return `${this.connector.manifest.id}/${this.accountId}/${counted ?? ''}`;
  }
}

function bindingWords(limits: readonly Limit[], binding: number): string {
  const limit = limits[binding - 1];
  return limit === undefined ? 'the platform asked for a pause' : limitWords(limit);
}

/** "3 requests per second", "10,000 requests per day". */
function limitWords({ requests, seconds, owner }: Limit): string {
  const spans: Readonly<Record<number, string>> = { 1: 'second', 60: 'minute', 3_600: 'hour', 86_400: 'day' };
  return `${requests.toLocaleString('en')} requests per ${spans[seconds] ?? `${seconds} seconds`} for the whole ${owner}`;
}

async function sleepUntil(moment: number, signal: AbortSignal): Promise<void> {
  const wait = moment - performance.now();
  if (wait > 0) await sleep(wait, undefined, { signal });
}

const quotaTake = `
select granted, wait_ms, binding, slot::text as slot_text, extract(epoch from slot)::double precision * 1000 as slot_ms
from quota_take($1, $2, $3, $4, $5)`;

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
