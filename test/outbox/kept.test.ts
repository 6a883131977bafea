import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Hub, openHub } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/infra/log.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../kit/sandbox.js';
import { connectedCustomer } from '../kit/trip.js';

let sandbox: GongSandbox;
let hub: TestHub;
let another: Hub | undefined;

beforeAll(async () => {
  sandbox = await startGongSandbox({ calls: 1 });
  hub = await testHub({ ...sandbox.env, PATCHBAY_ROLE: 'api' });
});
afterAll(async () => {
  await another?.close();
  await hub.close();
  await sandbox.close();
});

/** Names of what is there, each put in as if it were so many days old. */
async function seed(): Promise<void> {
  const { customerId, connectionId } = await connectedCustomer(hub, sandbox);
  const ago = (days: number): Date => new Date(Date.now() - days * 86_400_000);
  const query = (text: string, values: readonly unknown[]) => hub.database.query(text, values);
  const channelId = randomUUID();
  const [open, over] = [randomUUID(), randomUUID()];
  await query(
    `insert into notice_channels (id, kind, name, sealed, topics, least, language, created_by, created_at, updated_at)
     values ($1, 'SLACK', 'a channel', '', '{}', 'NEWS', 'en', 'Ada', now(), now())`,
    [channelId],
  );
  for (const [id, state, days] of [
    [open, 'OPEN', 500],
    [over, 'RESOLVED', 399],
    [randomUUID(), 'RESOLVED', 401],
  ] as const) {
    await query(
      `insert into alerts (id, key, kind, severity, owner, state, problem, remedy, details, occurrence, step, since, first_seen_at, unstable, onsets,
         times_told, opened_at, resolved_at, updated_at)
       values ($1, $2, 'QUEUE_LATE', 'PAGE', 'US', $3, 'p', 'r', '{}', 'o', 0, $4, $4, false, '[]', 1, $4,
         case when $3 = 'RESOLVED' then $4::timestamptz end, $4)`,
      [id, `${state} ${days}`, state, ago(days)],
    );
  }
  for (const [once, alertId, days] of [
    ['news of 91 days', null, 91],
    ['news of 89 days', null, 89],
    ['of an open alert', open, 91],
    ['of one that is over', over, 91],
  ] as const) {
    const messageId = randomUUID();
    await query(`insert into notice_messages (id, channel_id, status, created_at) values ($1, $2, 'SENT', $3)`, [
      messageId,
      channelId,
      ago(days),
    ]);
    await query(
      `insert into notices (id, channel_id, alert_id, topic, severity, once, title, sealed, status, not_before, window_seconds, message_id, created_at)
       values ($1, $2, $3, 'HUB', 'NEWS', $4, 't', '', 'SENT', now(), 0, $5, $6)`,
      [randomUUID(), channelId, alertId, once, messageId, ago(days)],
    );
  }
  for (const days of [89, 91]) {
    await query(
      `insert into mails (id, customer_id, recipient_name, recipient_address, subject, sealed, status, created_at, useful_until)
       values ($1, $2, 'Ada', 'ada@example.com', $3, '', 'SENT', $4, $4)`,
      [randomUUID(), customerId, `mail of ${days} days`, ago(days)],
    );
  }
  for (const days of [399, 402]) {
    await query(
      `insert into call_days (customer_id, connection_id, on_day, region, calls, judged) values ($1, $2, $3, $4, 1, true)`,
      [customerId, connectionId, ago(days), `${days} days`],
    );
  }
  for (const [name, settled] of [
    ['settled long ago', ago(8)],
    ['settled of late', ago(6)],
    ['of a hook that is gone', null],
  ] as const) {
    await query(
      `insert into inbound_events (id, customer_id, connection_id, event_id, windows, is_recent, external_ids, subscription_ends, settled_at)
       values ($1, $2, $3, $4, '[]', true, '{}', false, $5)`,
      [randomUUID(), customerId, connectionId, name, settled],
    );
  }
  for (const [name, kind, days, whose, waits] of [
    ['an older fact', 'connection.dormant', 200, connectionId, false],
    ['the newest fact of its kind', 'connection.dormant', 100, connectionId, false],
    ['fact of 91 days', 'link.made', 91, null, false],
    ['fact of 89 days', 'link.made', 89, null, false],
    ['a fact that waits', 'mail.dead', 91, null, true],
    ['that an account is shared', 'account.shared', 400, null, false],
  ] as const) {
    await query(
      `insert into facts (id, customer_id, kind, connection_id, details, at, awaits_reaction, setbacks)
       values ($1, $2, $3, $4, jsonb_build_object('name', $5::text), $6, $7, 50)`,
      [randomUUID(), customerId, kind, whose, name, ago(days), waits],
    );
  }
  for (const days of [29, 31, 32]) {
    await query(`insert into changes (customer_id, type, at, number) values ($1, $2, $3, $4)`, [
      ...[customerId, `change of ${days} days`, ago(days), 1_000 - days],
    ]);
  }
}

const present = `
select key as name from alerts union all select once from notices union all select region from call_days
union all select event_id || case when settled_at is null then ', open' else '' end from inbound_events
union all select subject from mails union all select type from changes where type like 'change of%'
union all select details ->> 'name' from facts where details ->> 'name' is not null
union all select n || ' messages' from (select count(*) as n from notice_messages) m order by name`;

test('what grows with time is forgotten when it was kept for long enough, and nothing before', async () => {
  await seed();
  another = await openHub(readConfig({ ...hub.env, PATCHBAY_ROLE: 'worker' }), { log: openLog('error'), watch: false });

  const left = [
    ...['2 messages', '399 days', 'OPEN 500', 'RESOLVED 399', 'change of 29 days', 'change of 31 days'],
    ...['a fact that waits', 'fact of 89 days', 'that an account is shared', 'the newest fact of its kind'],
    ...['mail of 89 days', 'news of 89 days', 'of a hook that is gone', 'of an open alert', 'settled of late'],
  ];
  await expect
    .poll(async () => (await hub.database.query<{ name: string }>(present)).map(({ name }) => name).toSorted(), {
      timeout: 20_000,
    })
    .toEqual(left.toSorted());
});
