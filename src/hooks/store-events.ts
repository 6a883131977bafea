import type { Sql } from '../core/ports.js';
import type { GenuineEvent } from '../engine/index.js';
import type { KnownHook } from './known-hooks.js';

/** An event that was found genuine, before it is stored. */
export interface Arrived {
  readonly hook: KnownHook;
  readonly event: GenuineEvent;
}

interface Waiting extends Arrived {
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
      this.#waiting.push({ ...arrived, stored, failed });
      void this.#work();
    });
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, mostTogether);
      try {
        const fresh = await this.#insert(batch);
        for (const each of batch) each.stored(fresh.filter(row => row.event_id === each.event.eventId).length);
      } catch (error) {
        for (const each of batch) each.failed(error);
      }
    }
    this.#busy = false;
  }

  #insert(batch: readonly Arrived[]): Promise<{ readonly event_id: string }[]> {
    const said = batch.map(({ hook, event: { eventId, account, look } }) => ({
      ...{ hook_id: hook.id, event_id: eventId, windows: look.windows, is_recent: look.isRecent },
      account: hook.connectionId === undefined && account?.includes('\0') === false ? account : undefined,
      // The credential shows at a look whether it still works.
      ...(look.accessRevoked && { is_recent: true }),
      // The database cannot hold others, so that no call has one.
      external_ids: look.externalIds.filter(id => id.isWellFormed() && !id.includes('\0')),
      subscription_ends: look.subscriptionEnds,
    }));
    return this.sql.transaction('all', tx => tx.rows(insert, [JSON.stringify(said)]));
  }
}

// The address of an app leads to all connections to the account that the event names.
const insert = `
insert into inbound_events (id, customer_id, connection_id, event_id, windows, is_recent, external_ids, subscription_ends)
select distinct on (own.connection_id, e.event_id) gen_random_uuid(), own.customer_id, own.connection_id, e.event_id, e.windows,
  e.is_recent, array(select jsonb_array_elements_text(e.external_ids)), e.subscription_ends
from jsonb_to_recordset($1::jsonb) e (hook_id uuid, event_id text, account text, windows jsonb, is_recent boolean,
  external_ids jsonb, subscription_ends boolean)
join hooks h on h.id = e.hook_id
join hooks own on own.id = h.id and h.connection_id is not null
  or h.connection_id is null and own.connection_id in (
    select id from connections c where c.platform = h.platform and c.account_id = e.account)
order by own.connection_id, e.event_id
on conflict (connection_id, event_id) do nothing
returning event_id`;
