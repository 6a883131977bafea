import type { Sql } from '../core/ports.js';
import { traceparent } from '../core/traces.js';
import { isUnavailable } from '../core/unavailable.js';
import type { GenuineEvent } from '../engine/index.js';
import type { KnownHook } from './known-hooks.js';

/** An event that was found genuine, before it is stored. */
export interface Arrived {
  readonly hook: KnownHook;
  readonly event: GenuineEvent;
}

interface Waiting extends Arrived {
  readonly traceparent: string | undefined;
  readonly stored: (connections: number) => void;
  readonly failed: (error: unknown) => void;
}

const mostTogether = 200;
const mostWaiting = 5_000;

/** More events wait for the database than it will take in time. */
export class TooManyWait extends Error {}

/**
 * Stores events, those that arrive while the database is busy with others together: each is answered when the transaction that it is in
 * has been committed. What is here already, by the id that the platform gave it, stays as it is.
 */
export class EventStore {
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(readonly sql: Sql) {}

  /**
   * @returns for how many connections it was new: 0 for one that was sent again, or that concerns nobody here.
   * @throws TooManyWait; whatever the database throws.
   */
  store(arrived: Arrived): Promise<number> {
    if (this.#waiting.length >= mostWaiting) return Promise.reject(new TooManyWait());
    return new Promise((stored, failed) => {
      this.#waiting.push({ ...arrived, traceparent: traceparent(), stored, failed });
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#waiting.length > 0) {
      await this.#settle(this.#waiting.splice(0, mostTogether));
    }
    this.#busy = false;
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const fresh = new Map<string, number>();
      for (const { event_id } of await this.#insert(batch)) fresh.set(event_id, (fresh.get(event_id) ?? 0) + 1);
      for (const { event, stored } of batch) stored(fresh.get(event.eventId) ?? 0);
    } catch (error) {
      // What the database will not hold costs no other event its place.
      if (batch.length > 1 && !isUnavailable(error)) for (const each of batch) await this.#settle([each]);
      else for (const { failed } of batch) failed(error);
    }
  }

  #insert(batch: readonly Waiting[]): Promise<{ readonly event_id: string }[]> {
    const said = batch.map(({ hook, event: { eventId, account, look }, ...waiting }) => ({
      ...{ hook_id: hook.id, event_id: eventId, windows: look.windows, is_recent: look.isRecent },
      account: hook.connectionId === undefined && account !== undefined && isStorable(account) ? account : undefined,
      // The credential shows at a look whether it still works.
      ...(look.accessRevoked && { is_recent: true }),
      external_ids: look.externalIds.filter(isStorable),
      subscription_ends: look.subscriptionEnds,
      traceparent: waiting.traceparent,
    }));
    return this.sql.transaction('all', tx => tx.rows(insert, [JSON.stringify(said)]));
  }
}

/** The database cannot hold others, so that nothing is called so there. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

// The address of an app leads to all connections to the account that the event names. Apart, so that each is found by its key.
const insert = `
with told as materialized (
  select e.*, h.platform, h.customer_id, h.connection_id
  from jsonb_to_recordset($1::jsonb) e (hook_id uuid, event_id text, account text, windows jsonb, is_recent boolean,
    external_ids jsonb, subscription_ends boolean, traceparent text)
  join hooks h on h.id = e.hook_id
), led as (
  select customer_id, connection_id, event_id, windows, is_recent, external_ids, subscription_ends, traceparent from told
  where connection_id is not null
  union all
  select own.customer_id, own.connection_id, event_id, windows, is_recent, external_ids, subscription_ends, traceparent from told
  join connections c on c.platform = told.platform and c.account_id = told.account join hooks own on own.connection_id = c.id
  where told.connection_id is null
)
insert into inbound_events (id, customer_id, connection_id, event_id, windows, is_recent, external_ids, subscription_ends, traceparent)
select distinct on (connection_id, event_id) gen_random_uuid(), customer_id, connection_id, event_id, windows, is_recent,
  array(select jsonb_array_elements_text(external_ids)), subscription_ends, traceparent
from led order by connection_id, event_id
on conflict (connection_id, event_id) do nothing
returning event_id`;
