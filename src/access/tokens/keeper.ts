/**
 * Keeps tokens fresh, and hands them out. The only place that decides about a refresh.
 *
 * In a process, callers of one connection share one look into the database and one refresh; across processes the lease in
 * the row does. A refresh belongs to nobody: whoever gives up waiting does not end it.
 */
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lack } from '#connector';
import { isConnector } from '../../catalog/index.js';
import { BrokenPromise, PlatformError } from '../../core/errors.js';
import { Secret } from '../../core/secret.js';
import type { House } from '../../scope.js';
import { type App, findApp } from '../apps/find-app.js';
import { notReady } from '../require-ready.js';
import { markDead } from '../mark-broken.js';
import { methodNamed, tokenHeaders } from '../oauth/oauth-method.js';
import { secretForms } from '../secret-form.js';
import { openCredential } from '../store-credential.js';
import {
  claimDue,
  claimRefresh,
  type CredentialRow,
  findEnded,
  type Held,
  readCredentialRow,
} from './credential-row.js';
import { type AppOf, refresh } from './refresh.js';
import { Together } from './together.js';

/** What opens an account now. */
export interface Pass {
  readonly headers: Secret<Readonly<Record<string, string>>>;
  /** Of the credential that it comes from. */
  readonly epoch: number;
  /** It does not end by itself. */
  readonly isLasting: boolean;
  /** What those may not do who come in this way. */
  readonly lacks: readonly Lack[];
}

/** A refresh that is under way. */
export interface Begun {
  readonly platform: string;
  /** Settles when it is over, whatever came of it. */
  readonly done: Promise<void>;
}

/** A refresh in another process is looked after the more seldom the longer it has lasted: late by an eighth of it at most. */
const soonestLookMs = 10;
const latestLookMs = 250;
/** Longer than anybody's lease: then the row is free, or something is wrong with the database. */
const patienceMs = 60_000;

export class Keeper {
  readonly #owner = `${hostname()}:${process.pid}`;
  readonly #looks = new Together<CredentialRow | undefined>();
  readonly #passes = new Together<Pass>();
  readonly #refreshes = new Together<void>();
  readonly #apps = new Together<App | undefined>();
  #sweeps = 0;
  #isEnding = false;

  constructor(readonly house: House) {}

  /**
   * @param refused epoch of a credential that the platform has refused: another is wanted.
   * @throws CallerError CONNECTION_NOT_READY when it must be renewed by a person; PlatformError when the platform cannot be asked now.
   */
  async take(held: Held, refused?: number): Promise<Pass> {
    return refused === undefined
      ? this.#passes.do(held.id, () => this.#pass(held, undefined))
      : this.#passes.do(`${held.id}/${refused}`, () => this.#pass(held, refused));
  }

  /** Begins refreshes that are due, of platforms that are not `full`. */
  async sweep(most: number, full: readonly string[] = []): Promise<Begun[]> {
    if (this.#isEnding) return [];
    const begun: Begun[] = [];
    // The claim counts as under way itself: what it brings must not be left lying.
    await this.#refreshes.do(`sweep ${++this.#sweeps}`, async () => {
      for (const row of await claimDue(this.house.sql, this.#owner, { most, full })) begun.push(this.#begin(row));
    });
    return begun;
  }

  /** Tells of tokens that have ended for good, before anybody runs into them. */
  async endDue(most: number): Promise<void> {
    for (const row of await findEnded(this.house.sql, most)) await this.#end(row);
  }

  /** Something else that brings tokens, and must not be cut off in the middle. */
  async accompany(name: string, work: () => Promise<void>): Promise<void> {
    await this.#refreshes.do(name, work);
  }

  /** From now on no refresh begins here. Settles when none is under way, or after `limitMs`. */
  async finish(limitMs: number): Promise<void> {
    this.#isEnding = true;
    const limit = AbortSignal.timeout(limitMs);
    while (this.#refreshes.size > 0 && !limit.aborted) {
      await Promise.race([
        this.#refreshes.settled(),
        sleep(limitMs, undefined, { signal: limit }).catch(() => undefined),
      ]);
    }
  }

  async #pass(held: Held, refused: number | undefined): Promise<Pass> {
    const startedAt = performance.now();
    for (;;) {
      const row = await this.#looks.do(held.id, () => readCredentialRow(this.house.sql, held));
      if (row === undefined || row.health === 'broken' || row.health === 'disconnected') throw notReady(row);
      const isRefused = row.epoch === refused;
      if (row.isAlive && !isRefused) {
        if (row.isDue && !row.isHeld && row.coolMs <= 0) this.#refreshSoon(held, row);
        return this.#passOf(row);
      }
      if (row.fingerprint === null) {
        if (isRefused) return this.#passOf(row);
        await this.#end(row);
        continue;
      }
      const waitedMs = performance.now() - startedAt;
      if (waitedMs > patienceMs) throw unreachable(row, latestLookMs);
      if (row.isHeld) await sleep(Math.min(latestLookMs, Math.max(soonestLookMs, waitedMs / 8)));
      else await this.#refreshNow(held, row);
    }
  }

  async #passOf(row: CredentialRow): Promise<Pass> {
    const { method, secret } = await openCredential(this.house.keyring, row, row.sealed);
    const connector = this.house.connectors.get(row.platform);
    if (connector === undefined || !isConnector(connector)) throw new BrokenPromise('The platform is gone.');
    const oauth = methodNamed(connector, method);
    const values = secret.reveal();
    const { epoch } = row;
    if (oauth !== undefined) {
      const headers = new Secret(tokenHeaders(oauth, values['access_token'] ?? ''));
      return { epoch, isLasting: false, headers, lacks: oauth.lacks ?? [] };
    }
    const forms = secretForms(connector);
    const form = forms.find(({ label }) => label === method) ?? forms[0];
    if (form === undefined) throw new BrokenPromise('The credential is of a kind that the platform has no more.');
    return { epoch, isLasting: true, headers: new Secret(form.headers(values)), lacks: form.lacks ?? [] };
  }

  /** What was claimed is carried out, whoever looks after the same row here at the moment and sees that it is held. */
  #begin(row: CredentialRow): Begun {
    const done = this.#refreshes.do(`${row.connectionId}/${row.refreshEpoch}`, () => this.#carryOut(row));
    return { platform: row.platform, done: done.catch(() => undefined) };
  }

  /** One refresh of what this row holds, by us or by whoever is at it. */
  async #refreshNow(held: Held, row: CredentialRow): Promise<void> {
    await this.#refreshes.do(held.id, async () => {
      if (this.#isEnding) throw unreachable({ ...row, lastReason: 'This process is ending.' }, latestLookMs);
      const claimed = await claimRefresh(this.house.sql, this.#owner, held, row.epoch);
      if (claimed !== undefined) return this.#carryOut(claimed);
      const now = await readCredentialRow(this.house.sql, held);
      if (now === undefined || now.epoch !== row.epoch || now.isHeld) return;
      if (now.coolMs > 0) throw unreachable(now, now.coolMs);
      await sleep(soonestLookMs);
    });
  }

  #refreshSoon(held: Held, row: CredentialRow): void {
    this.#refreshNow(held, row).catch((error: unknown) =>
      this.house.log.debug('A refresh ahead of time was not made.', { error }),
    );
  }

  async #carryOut(row: CredentialRow): Promise<void> {
    try {
      await refresh(this.house, row, this.#appOf);
    } catch (error) {
      // The lease runs out by itself, and the intent stands in the row.
      this.house.log.error('A refresh could not be settled.', { error, connectionId: row.connectionId });
      throw error;
    }
  }

  /** Refreshes that begin at the same time have mostly the same app. */
  readonly #appOf: AppOf = ({ platform, appId }) =>
    this.#apps.do(`${platform}/${appId}`, () => findApp(this.house, platform, { appId }));

  /** The token has ended and there is nothing to refresh it with. */
  async #end(row: CredentialRow): Promise<void> {
    const reason = `${row.accountName}: the token has ended, and the platform gave nothing to renew it with.`;
    const scope = this.house.ownScope(row.customerId, new AbortController().signal);
    await markDead(scope, row, new PlatformError('CREDENTIAL_REJECTED', 'reconnect', reason));
  }
}

function unreachable(row: CredentialRow, waitMs: number): PlatformError {
  const until = new Date(Date.now() + waitMs);
  const why = row.lastReason ?? 'Somebody else is at it.';
  return new PlatformError(
    'PLATFORM_BUSY',
    'wait',
    `The token of ${row.accountName} cannot be renewed at the moment. ${why}`,
    {
      until,
      remedy: 'Nothing needs to be done: it is tried again by itself.',
    },
  );
}

const keepers = new WeakMap<House['sql'], Keeper>();

/** The keeper of this process. */
export function keeperOf(house: House): Keeper {
  const keeper = keepers.get(house.sql) ?? new Keeper(house);
  keepers.set(house.sql, keeper);
  return keeper;
}
