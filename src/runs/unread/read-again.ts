/**
 * Reads again what no mapper could read, as soon as there is a mapper that has not tried it: without asking the platform, and each
 * record becomes a call once. In every worker; two of them never make the same call of it twice, since the record goes with it.
 */
import { isConnector, versionOf } from '../../catalog/index.js';
import type { Connector } from '#connector';
import type { SqlTransaction } from '../../core/ports.js';
import { isUnavailable } from '../../core/unavailable.js';
import { keepLooking } from '../../outbox/index.js';
import type { House } from '../../scope.js';
import { workTopic } from '../snapshot.js';
import { unreadTopic } from './ask-again.js';
import { passes } from './passes.js';
import {
  failed,
  type KeptRecord,
  type ListingRun,
  type ReadCall,
  readUnread,
  type Reading,
  type Unread,
} from './read-unread.js';
import type { AccountOfCalls } from './settle-unread.js';
import { settleReading, storeReading } from './store-reading.js';

/** Where news may be lost, as at a start of versions side by side. */
const everyMs = 60_000;
/** Each may take megabytes. */
const atOnce = 20;

/** At the start, when somebody asks for it, and every minute, until `signal` aborts. */
export function readUnreadAgain(house: House, signal: AbortSignal): void {
  const look = async (): Promise<boolean> => {
    try {
      for (const account of await accountsToRead(house)) {
        if (signal.aborted) break;
        await readApart(house, account, signal);
      }
    } catch (error) {
      house.log.warn('What could not be read waits.', { error });
    }
    return false;
  };
  void keepLooking(house, look, signal, { topic: unreadTopic, everyMs });
}

async function accountsToRead({ sql, connectors }: House): Promise<AccountOfCalls[]> {
  const readers = [...connectors.values()].filter(isConnector);
  return sql.transaction('all', tx =>
    tx.rows<AccountOfCalls>(toRead, [readers.map(({ manifest }) => manifest.id), readers.map(versionOf)]),
  );
}

const toRead = `
select distinct u.customer_id as "customerId", u.platform, u.account_id as "accountId"
from unread_records u join unnest($1::text[], $2::text[]) v (platform, version) using (platform)
where not u.tried_by @> array[v.version]`;

/** What goes wrong for one account keeps no other waiting. */
async function readApart(house: House, account: AccountOfCalls, signal: AbortSignal): Promise<void> {
  try {
    await readAccount(house, account, signal);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    house.log.warn('What could not be read of an account waits.', { ...account, error });
  }
}

async function readAccount(house: House, account: AccountOfCalls, signal: AbortSignal): Promise<void> {
  const connector = house.connectors.get(account.platform) as Connector;
  const version = versionOf(connector);
  for (let after = ''; ; ) {
    const { records, runs } = await house.sql.transaction({ customerId: account.customerId }, tx =>
      nextOf(tx, account, version, after),
    );
    const readings: Reading[] = [];
    for (const record of records) readings.push(await readUnread(house, connector, account, record, runs));
    const calls = readings.filter(reading => reading.is === 'call');
    const refused: Unread[] = [];
    for (const id of new Set(calls.map(({ run }) => run.id))) {
      const ofRun = calls.filter(({ run }) => run.id === id);
      refused.push(...(await storeEach(house, account, ofRun)));
    }
    await settleReading(house, account, [...readings, ...refused], version);
    if (readings.some(({ is }) => is !== 'unread')) {
      for (const topic of [workTopic(), workTopic(account.customerId)]) house.bus.publish(topic, null);
    }
    const last = records.at(-1);
    if (last === undefined || records.length < atOnce || signal.aborted) return;
    after = last.externalId;
  }
}

/** All at once, or one by one where that is refused. @returns those that cannot be stored. */
async function storeEach(house: House, account: AccountOfCalls, calls: readonly ReadCall[]): Promise<Unread[]> {
  try {
    await storeReading(house, account, calls);
    return [];
  } catch (error) {
    if (passes(error)) throw error;
    const [first, ...others] = calls as [ReadCall, ...ReadCall[]];
    if (others.length === 0) {
      const { customerId } = account;
      house.log.error('A record that is kept cannot be stored.', { recordId: first.record.id, customerId, error });
      return [failed(first.record, 'What was read cannot be stored.')];
    }
    const refused: Unread[] = [];
    for (const call of calls) refused.push(...(await storeEach(house, account, [call])));
    return refused;
  }
}

async function nextOf(
  tx: SqlTransaction,
  { customerId, platform, accountId }: AccountOfCalls,
  version: string,
  after: string,
): Promise<{ readonly records: readonly KeptRecord[]; readonly runs: readonly ListingRun[] }> {
  const records = await tx.rows<KeptRecord>(
    `select id, external_id as "externalId", digest, document, transcript, kept_at as "keptAt" from unread_records
     where customer_id = $1 and platform = $2 and account_id = $3 and not tried_by @> array[$4] and external_id > $5
     order by external_id limit ${atOnce}`,
    [customerId, platform, accountId, version, after],
  );
  const ids = records.map(({ externalId }) => externalId);
  return { records, runs: await tx.rows<ListingRun>(listedBy, [customerId, platform, accountId, ids]) };
}

// What somebody asked for comes before what came by itself.
const listedBy = `
select r.id, u.external_id as "externalId", r.connection_id as "connectionId", case when r.sync_id is null then r.owner_id end as "importId",
  r.window_from as "from", r.window_to as "to", r.medium, r.direction, r.min_duration_seconds as "minDurationSeconds", r.users
from unusable_records u join runs r on r.id = u.run_id
where u.customer_id = $1 and u.stage = 'call' and u.external_id = any ($4) and r.platform = $2 and r.account_id = $3
order by r.sync_id is not null, r.created_at`;
