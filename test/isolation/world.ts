import { randomUUID } from 'node:crypto';
import { encodeCursor } from '../../src/core/page.js';
import type { Role } from '../../src/core/role.js';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';
import type { Kind } from './how.js';
import { addAlerts } from './add-alerts.js';
import { addSignIn } from './add-sign-in.js';

/** One customer of the world, everything of it marked with a word that nobody else uses. */
export interface Party {
  readonly mark: string;
  readonly customerId: string;
  readonly key: string;
  /** What its things are called, by kind. */
  readonly values: Values;
}
export type Values = Readonly<Record<Kind, unknown>>;

/** Two customers with connected accounts and imported calls, and a key of every role. */
export interface World {
  readonly hub: TestHub;
  readonly a: Party;
  /** Comes into being when it is asked for. */
  bringB(): Promise<Party>;
  /** Names of things that do not exist. */
  readonly absent: Values;
  readonly keys: Readonly<Record<Exclude<Role, 'customer'>, string>>;
  close(): Promise<void>;
}

const weeks = {
  Alphamark: { from: '2026-01-05T00:00:00Z', to: '2026-01-12T00:00:00Z', calls: 5, seed: 11 },
  Betamark: { from: '2026-03-02T00:00:00Z', to: '2026-03-09T00:00:00Z', calls: 6, seed: 22 },
};

export async function openWorld(): Promise<World> {
  const accounts = await startGongAccounts();
  const app = { PLATFORM_GONG_CLIENT_ID: 'house-app', PLATFORM_GONG_CLIENT_SECRET: 'house-app-secret' };
  // Nobody looks for trouble: alerts come and go by themselves otherwise, while rows are compared.
  const hub = await testHub({ ...accounts.env, ...app }, { watch: false });
  const keys = {
    admin: await staffKey(hub, 'ADMIN'),
    cs: await staffKey(hub, 'CS'),
    sales: await staffKey(hub, 'SALES'),
    service: await newKey(hub, { label: 'billing program', role: 'SERVICE' }),
  };
  await hub.ask('mutation ($input: SetPlatformWebhookInput!) { setPlatformWebhook(input: $input) { platform } }', {
    input: { platform: 'zoom-phone', secret: 'secret of the app' },
  });
  const a = await openParty(hub, accounts, 'Alphamark');
  return {
    ...{ hub, keys, a, absent: absentValues(a.values) },
    bringB: () => openParty(hub, accounts, 'Betamark'),
    async close() {
      await hub.close();
      await accounts.close();
    },
  };
}

async function openParty(hub: TestHub, accounts: GongAccounts, mark: keyof typeof weeks): Promise<Party> {
  const account = await accounts.open({
    ...weeks[mark],
    account: `${mark}-account`,
    broken: [1],
    withoutTranscript: 0.3,
    tamper: (_path, body) => marked(body, mark),
  });
  const input = { name: `${mark} Limited`, reference: `crm-${mark}` };
  const { createCustomer } = await hub.ask(
    'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { id } }',
    { input },
  );
  const customerId: string = createCustomer.id;
  const key = await newKey(hub, { label: `${mark} key`, role: 'CUSTOMER', customerId });
  const connectionId = await connect(hub, account, customerId, key);
  const importId = await startOnce(hub, account, { connectionId, key, once: `${mark} once` });
  await watchToEnd(hub, importId, key);
  await addSignIn(hub.database, { customerId, connectionId, mark });
  const [haltedImportId, stoppedImportId] = [await halt(hub, mark, importId), await halt(hub, mark, importId)];
  // So that what is done to syncs does not come in the way of what is done to imports.
  const syncedImportId = await halt(hub, mark, importId);
  return {
    ...{ mark, customerId, key },
    values: await valuesOf(hub, {
      customerId,
      connectionId,
      importId,
      haltedImportId,
      stoppedImportId,
      syncedImportId,
      mark,
      account,
    }),
  };
}

/** The platform's texts, as if this customer's people had written them. */
function marked(body: unknown, mark: string): string {
  return JSON.stringify(body).replace(/"(title|name|text|firstName)":"/g, `"$1":"${mark} `);
}

async function connect(hub: TestHub, account: GongAccount, customerId: string, key: string): Promise<string> {
  const secret = secretOf(account);
  const { connectWithSecret } = await hub.ask(
    'mutation ($input: ConnectWithSecretInput!) { connectWithSecret(input: $input) { id } }',
    { input: { customerId, platform: 'gong', secret } },
    key,
  );
  return connectWithSecret.id;
}

function secretOf({ secret }: GongAccount): { name: string; value: string }[] {
  return Object.entries(secret).map(([name, value]) => ({ name, value }));
}

/** The import that brings everything, under an idempotency key of the customer. */
async function startOnce(
  hub: TestHub,
  { window }: GongAccount,
  { connectionId, key, once }: { readonly connectionId: string; readonly key: string; readonly once: string },
): Promise<string> {
  const document = `mutation ($input: StartImportInput!, $once: String) {
    startImport(input: $input, idempotencyKey: $once) { id }
  }`;
  return (await hub.ask(document, { input: { connectionId, ...window }, once }, key)).startImport.id;
}

/** An import that stands still in the middle, with something in every field, and a connection with every notice. */
async function halt(hub: TestHub, mark: string, importId: string): Promise<string> {
  const [id, runId] = [randomUUID(), randomUUID()];
  const notice = { code: 'CREDENTIAL_REJECTED', message: `${mark} message`, remedy: `${mark} remedy` };
  const halted = {
    ...{ id: runId, owner_id: id, status: 'PAUSED', wanted: 'pause', error: notice, finished_at: null },
    ...{ wait_reason: `${mark} waits`, binding_limit: `${mark} limit`, wake_at: '2036-01-01T00:00:00Z' },
    ...{
      calls_per_second: 1.5,
      found: 1_000,
      medium: 'phone',
      window_from: '2025-02-01T00:00:00Z',
      window_to: '2025-02-02T00:00:00Z',
    },
  };
  // Copies of the finished import, so that a column which is added has a value here too.
  const copy = (table: string) =>
    `insert into ${table} select (jsonb_populate_record(t, $2)).* from ${table} t join imports i on i.id = $1 and t.id in (i.id, i.run_id)`;
  await hub.database.query(copy('runs'), [importId, halted]);
  await hub.database.query(copy('imports'), [importId, { id, run_id: runId, created_at: new Date() }]);
  await hub.database.query(
    'update connections set last_error = $2, warnings = $3 where id = (select connection_id from imports where id = $1)',
    [importId, notice, JSON.stringify([notice])],
  );
  // As of a platform that is exact.
  await hub.database.query(
    `update calls set duration_ms = 1000 * duration_seconds, removed_at = '2026-02-01Z' where import_id = $1`,
    [importId],
  );
  // As of a credential that ends and that could not be refreshed of late.
  await hub.database.query(
    `update credentials set access_expires_at = '2036-01-01Z', refresh_expires_at = '2036-01-01Z', refreshed_at = '2036-01-01Z', used_at = '2036-01-01Z',
       failures = 1, last_failure = '{"kind":"dead"}'
     where connection_id = (select connection_id from imports where id = $1)`,
    [importId],
  );
  return id;
}

/** A connection to a further account, to be cut. */
async function copyConnection(hub: TestHub, connectionId: string, mark: string): Promise<string> {
  const id = randomUUID();
  const copy = (table: string, key: string) =>
    `insert into ${table} select (jsonb_populate_record(t, $2)).* from ${table} t where ${key} = $1`;
  const account = { account_id: `${mark}-second-account`, account_name: `${mark} second account` };
  await hub.database.query(copy('connections', 'id'), [connectionId, { id, ...account }]);
  await hub.database.query(copy('credentials', 'connection_id'), [connectionId, { connection_id: id }]);
  return id;
}

interface Known {
  readonly customerId: string;
  readonly connectionId: string;
  readonly importId: string;
  readonly haltedImportId: string;
  readonly stoppedImportId: string;
  readonly syncedImportId: string;
  readonly mark: string;
  readonly account: GongAccount;
}

async function valuesOf(hub: TestHub, known: Known): Promise<Values> {
  const { customerId, mark } = known;
  const [call] = await hub.database.query<{ id: string; external_id: string; title: string; email: string }>(
    `select c.id, external_id, title, (select p ->> 'email' from jsonb_array_elements(participants) p where p ? 'email' limit 1) as email
     from calls c join transcripts t on t.call_id = c.id where c.customer_id = $1 and title is not null limit 1`,
    [customerId],
  );
  if (call === undefined) throw new Error('The world has no call to ask for.');
  const [unread] = await hub.database.query<{ id: string }>('select id from unread_records where customer_id = $1', [
    customerId,
  ]);
  const throwaway = await hub.ask(
    `mutation ($key: CreateApiKeyInput!, $staff: CreateStaffInput!, $contact: CreateContactInput!) {
      createApiKey(input: $key) { apiKey { id } } createStaff(input: $staff) { id } createContact(input: $contact) { id }
    }`,
    {
      key: { label: `${mark} spare key`, role: 'CUSTOMER', customerId },
      staff: { name: `${mark} leaver`, email: `leaver@${mark}.example`, role: 'SALES' },
      contact: { customerId, name: `${mark} owner`, email: `owner@${mark}.example`, role: `${mark} administrator` },
    },
  );
  return {
    customer: customerId,
    connection: known.connectionId,
    cutConnection: await copyConnection(hub, known.connectionId, mark),
    import: known.importId,
    haltedImport: known.haltedImportId,
    stoppedImport: known.stoppedImportId,
    call: call.id,
    unreadRecord: unread?.id,
    apiKey: throwaway.createApiKey.apiKey.id,
    staff: throwaway.createStaff.id,
    contact: throwaway.createContact.id,
    ...(await addLinks(hub, known)),
    ...(await addSyncs(hub, known)),
    ...(await addChanges(hub, known)),
    ...(await addEndpoints(hub, known)),
    ...(await addAlerts(hub.database, known)),
    cursor: encodeCursor({ at: new Date('2036-01-01'), id: call.id }),
    auditCursor: encodeCursor({ at: new Date('2036-01-01'), id: '9'.padStart(36, '0') }),
    externalId: call.external_id,
    title: call.title,
    email: call.email,
    customerName: `${mark} Limited`,
    reference: `crm-${mark}`,
    idempotencyKey: `${mark} once`,
    ...{ platform: 'gong', idlePlatform: 'kixie', appPlatform: 'zoom-phone' },
    secret: secretOf(known.account),
    way: 'Access key',
    label: 'something new',
    get freshEmail() {
      return `fresh-${randomUUID()}@house.example`;
    },
    role: 'SALES',
    staffRole: 'SALES',
    past: '2025-03-01T00:00:00Z',
    later: '2025-03-02T00:00:00Z',
    future: '2036-01-01T00:00:00Z',
    url: `${new URL(hub.url).origin}/nowhere`,
    soon: new Date(Date.now() + 86_400_000).toISOString(),
    changeType: 'CALLS_CHANGED',
    ...{ clockTime: '06:30', cron: '0 6 * * 1', zone: 'Europe/Berlin', language: 'de' },
    day: '2026-01-05',
    quietHours: { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' },
    digest: { every: 'DAILY', at: '08:00', timeZone: 'Europe/Berlin' },
    slackAddress: 'https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnop',
    schedule: { cadence: 'NIGHT', from: '22:00', to: '04:00' },
  };
}

/** Syncs with something in every field, whose times never come. Only the first has a run that is not over: steering the others changes no import. */
async function addSyncs(hub: TestHub, { customerId, connectionId, importId, syncedImportId, mark }: Known) {
  const [sync, haltedSync, spareSync] = [randomUUID(), randomUUID(), randomUUID()];
  await hub.database.query(
    `insert into syncs (id, customer_id, connection_id, cadence, cron, time_zone, daily_at, night_from, night_to, medium, direction,
       min_duration_seconds, with_transcripts, history_from, state, next_slot_at, next_at, run_id, covered_to, thorough_at,
       recounted_at, users, calls_imported, last_synced_at, skipped_at, requested_by, created_at, updated_at)
     select s.id, $2, $3, case s.nth when 1 then 'REAL_TIME' else 'CRON' end, '0 6 * * 1', 'UTC', '06:30', '00:00', '05:00', 'phone', 'inbound', s.nth, true, '2026-01-01Z', 'ACTIVE',
       '2036-01-01Z', '2036-01-01Z', i.run_id, '2026-02-01Z', '2026-02-01Z', '2026-02-01Z', array[$5 || '@user.example'], 3, '2026-02-01Z', '2026-02-01Z', $5, '2026-01-01Z', '2026-01-01Z'
     from unnest($1::uuid[]) with ordinality s (id, nth) join imports i on i.id = case s.nth when 1 then $4::uuid else $6::uuid end`,
    [[sync, haltedSync, spareSync], customerId, connectionId, syncedImportId, `${mark} syncer`, importId],
  );
  await hub.database.query(
    `insert into sync_slots (id, customer_id, sync_id, slot_at, kind, due_at, fired_at, run_id)
     select gen_random_uuid(), $2, $1, i.created_at, 'SCHEDULED', i.created_at, i.created_at, i.run_id from imports i where id = any ($3)`,
    [sync, customerId, [importId, syncedImportId]],
  );
  const problem = { code: 'PLATFORM_BUSY', message: `${mark} trouble`, remedy: `${mark} way out` };
  await hub.database.query(
    `insert into hooks (id, platform, customer_id, connection_id, url, subscription_id, expires_at, renew_at, checked_at, proven_at,
       next_at, problem, last_event_at, events_received, looked_at, refused_hour, refused, refused_before)
     values (gen_random_uuid(), 'gong', $1, $2, $3, $3, '2036-01-01Z', '2036-01-01Z', '2026-01-01Z', '2026-01-01Z', '2036-01-01Z',
       $4, '2026-01-01Z', 3, '2026-01-01Z', '2026-01-01Z', 1, 1)
     on conflict (connection_id) do update set expires_at = excluded.expires_at, next_at = excluded.next_at, problem = excluded.problem,
       last_event_at = excluded.last_event_at, events_received = 3, refused_hour = excluded.refused_hour`,
    [customerId, connectionId, `${mark} hook`, problem],
  );
  await hub.database.query(
    `insert into inbound_events (id, customer_id, connection_id, event_id, windows, is_recent, external_ids, subscription_ends, settled_at)
     values (gen_random_uuid(), $1, $2, $3, '[]', false, array[$3], false, now())`,
    [customerId, connectionId, `${mark} event`],
  );
  await hub.database.query(
    `insert into gaps (id, customer_id, sync_id, call_id, external_id, started_at, kind, noted_at)
     select gen_random_uuid(), customer_id, $1, id, external_id, started_at, 'FETCHED', '2026-02-01Z' from calls where import_id = $2`,
    [sync, importId],
  );
  return { sync, haltedSync, spareSync };
}

/** A place in the change feed with something behind it that fills every field. All that came before is in the feed then. */
async function addChanges(hub: TestHub, { customerId, connectionId, importId }: Known) {
  const [change, full] = [randomUUID(), randomUUID()];
  await hub.database.query(
    `insert into changes (id, customer_id, type, connection_id, import_id, sync_id, alert_id, call_ids)
     select c.id, $2, 'calls.changed', $3, $4, $4, $4, array[$4]::uuid[] from unnest($1::uuid[]) c (id)`,
    [[change, full], customerId, connectionId, importId],
  );
  await until('all changes are in the feed', async () => {
    const waiting = await hub.database.query('select 1 from changes where number is null');
    return waiting.length === 0;
  });
  return { change };
}

/** Endpoints and what was sent there, with something in every field. Nothing is sent before 2036. */
async function addEndpoints(hub: TestHub, { customerId, mark }: Known) {
  const document = `mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { endpoint { id } } }`;
  const url = `${new URL(hub.url).origin}/${mark}`;
  const input = { customerId, url, types: ['IMPORT_RESUMED'], description: `${mark} program` };
  const create = async (): Promise<string> => (await hub.ask(document, { input })).createEndpoint.endpoint.id;
  const [endpoint, spareEndpoint, delivery] = [await create(), await create(), randomUUID()];
  await hub.ask('mutation ($id: ID!) { rotateEndpointSecret(id: $id) { secret } }', { id: endpoint });
  await hub.database.query(
    `update endpoints set disabled_because = $2, resume_at = '2036-01-01Z', failing_since = '2026-01-01Z', last_delivered_at = '2026-01-01Z'
     where id = $1`,
    [endpoint, `${mark} wants no more`],
  );
  await hub.database.query(
    `insert into deliveries (id, customer_id, endpoint_id, change_id, number, tries, due_at, replayed_at, delivered_at, problem)
     select $1, customer_id, $2, id, number, 1, '2036-01-01Z', '2026-01-01Z', '2026-01-01Z', $3
     from changes where customer_id = $4 and alert_id is not null limit 1`,
    [delivery, endpoint, `${mark} problem`, customerId],
  );
  await hub.database.query(
    `insert into delivery_attempts (customer_id, delivery_id, at, status_code, duration_ms, problem, reply)
     values ($1, $2, '2026-01-01Z', 500, 12, $3, $4)`,
    [customerId, delivery, `${mark} problem`, `${mark} reply`],
  );
  return { endpoint, spareEndpoint, delivery };
}

/** Links and mails with something in every field. */
async function addLinks(hub: TestHub, { customerId, connectionId, mark }: Known) {
  const { createContact } = await hub.ask(
    'mutation ($input: CreateContactInput!) { createContact(input: $input) { id } }',
    { input: { customerId, name: `${mark} guest`, email: `guest@${mark}.example`, role: `${mark} technician` } },
  );
  const document = `mutation ($input: CreateConnectLinkInput!) { createConnectLink(input: $input) { link { id } } }`;
  const input = { customerId, platform: 'gong', contactId: createContact.id };
  const made = async (): Promise<string> => (await hub.ask(document, { input })).createConnectLink.link.id;
  const [link, waitingLink, doubtfulLink] = [await made(), await made(), await made()];
  // By itself, so that a newer link for the same contact does not end it.
  const email = `colleague@${mark}.example`;
  await hub.database.query(
    `with namer as (insert into contacts select (jsonb_populate_record(c, $2)).* from contacts c where id = $3 returning id, email)
     update links set contact_id = namer.id, sent_to = namer.email from namer where links.id = $1`,
    [waitingLink, { id: randomUUID(), email: `namer@${mark}.example` }, createContact.id],
  );
  const colleague = { name: `${mark} colleague`, email, sameDomain: true, decision: 'waiting' };
  await hub.database.query(
    'update links set colleague = $3, opened_at = now(), verified_at = now(), revoked_at = null, revoked_because = null where id in ($1, $2)',
    [waitingLink, doubtfulLink, colleague],
  );
  const hash = `\\x${randomUUID().replaceAll('-', '')}`;
  const used = { id: randomUUID(), hash, used_at: new Date(), connection_id: connectionId };
  await hub.database.query('insert into links select (jsonb_populate_record(l, $2)).* from links l where id = $1', [
    link,
    used,
  ]);
  const dead = { id: randomUUID(), status: 'DEAD', problem: `${mark} problem`, attempts: 1, sent_at: new Date() };
  await hub.database.query(
    'insert into mails select (jsonb_populate_record(m, $2)).* from mails m where customer_id = $1 limit 1',
    [customerId, dead],
  );
  const moves = await addMoves(hub, { customerId, connectionId, mark, contactId: createContact.id, linkId: link });
  return { linkContact: createContact.id as string, link, waitingLink, doubtfulLink, colleagueEmail: email, ...moves };
}

interface Moving extends Pick<Known, 'customerId' | 'connectionId' | 'mark'> {
  readonly contactId: string;
  readonly linkId: string;
}

/** Moves to another account, two that wait and one that is over. */
async function addMoves(hub: TestHub, { customerId, connectionId, mark, contactId, linkId }: Moving) {
  const left = await copyConnection(hub, connectionId, `${mark} left`);
  const [waitingMove, doubtfulMove, over] = [randomUUID(), randomUUID(), randomUUID()];
  await hub.database.query(
    `insert into account_moves (id, customer_id, connection_id, contact_id, reason, state, requested_by, requested_by_staff,
       requested_at, decided_by, decided_at, link_id, new_connection_id)
     select m.id, $2, $3, $4, $5, m.state, $5, gen_random_uuid(), now(), $5, now(), $6, $7
     from unnest($1::uuid[], array['waiting', 'waiting', 'done']) as m (id, state)`,
    [[waitingMove, doubtfulMove, over], customerId, left, contactId, `${mark} mover`, linkId, connectionId],
  );
  return { waitingMove, doubtfulMove };
}

function absentValues(of: Values): Values {
  const [id, other] = [randomUUID(), randomUUID()];
  const nobody = { externalId: '19999999999999999999', title: 'Gammamark title', email: 'nobody@gamma.example' };
  return {
    ...of,
    ...{
      customer: id,
      alert: id,
      spareAlert: id,
      channel: id,
      spareChannel: id,
      connection: id,
      cutConnection: id,
      import: id,
      haltedImport: id,
      stoppedImport: id,
      sync: id,
      haltedSync: id,
      spareSync: id,
      call: id,
      unreadRecord: id,
      change: id,
      endpoint: id,
      spareEndpoint: id,
      delivery: id,
      apiKey: id,
      staff: id,
      contact: id,
      linkContact: id,
      link: id,
      waitingLink: id,
      doubtfulLink: id,
      colleagueEmail: 'nobody@gamma.example',
      waitingMove: id,
      doubtfulMove: id,
      ...nobody,
    },
    cursor: encodeCursor({ at: new Date('2036-01-01'), id: other }),
    customerName: 'Gammamark Limited',
    reference: 'crm-Gammamark',
    idempotencyKey: 'Gammamark once',
  };
}

async function staffKey(hub: TestHub, role: string): Promise<string> {
  const { createStaff } = await hub.ask('mutation ($input: CreateStaffInput!) { createStaff(input: $input) { id } }', {
    input: { name: `Housemark ${role}`, email: `${role}@housemark.example`, role },
  });
  return newKey(hub, { label: `Housemark ${role} key`, role, staffId: createStaff.id });
}

async function newKey(hub: TestHub, input: object): Promise<string> {
  const document = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
  return (await hub.ask(document, { input })).createApiKey.secret;
}
