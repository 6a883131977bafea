import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { createEndpoint, happen } from '../kit/endpoints.js';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { addContact, formOf, GuestBrowser, keptMails, lastCode } from '../kit/guest.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { startReceiver } from '../kit/receiver.js';
import { slackAddress } from '../kit/slack.js';
import { startTokenEndpoint } from '../kit/token-endpoint.js';
import { connectedCustomer, startImport } from '../kit/trip.js';
import { until } from '../kit/until.js';
import { progressOf, watchFor, watchForStatus } from '../kit/watch.js';
import { playNotifierKills, points } from './alerts/notifier-kills.js';
import { openAlertWorld } from './alerts/world.js';

const share = Number(process.env['SOAK_SHARE'] ?? 1);
const minuteMs = 60_000;
const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const percentile = (values: readonly number[], p: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))] ?? Number.NaN;

const kills = Math.max(points.length, Math.ceil(100 * share));

test(`N04: kill -9 of the notifier, ${kills} times`, async () => {
  const verdict = await playNotifierKills(
    Array.from({ length: kills }, (_, nth) => points[nth % points.length] ?? points[0]),
    done => {
      if (done % 20 === 0) console.info(`${done} of ${kills} kills`);
    },
  );
  console.info(`N04: ${JSON.stringify(verdict)}`);

  expect(verdict).toMatchObject({ kills, lost: 0, invented: 0 });
  expect(verdict.notices).toBeGreaterThan(kills);
  expect(verdict.repeatedAtMost).toBeLessThanOrEqual(1);
  expect(verdict.repeated).toBeLessThanOrEqual(kills);
});

test('N05: Slack is down for two hours, a mail server puts off and refuses, an endpoint answers 410', async () => {
  const world = await openAlertWorld({ platforms: 1, connections: 1, bystanders: 0, channels: 'one' });
  const receiver = await startReceiver();
  try {
    const { mail, slack, database } = world;
    const staffMail = async (name: string, fallbackId?: string): Promise<string> => {
      const { createStaff } = await world.ask('mutation ($i: CreateStaffInput!) { createStaff(input: $i) { id } }', {
        i: { name, email: `${name}@patchbay.example`, role: 'CS' },
      });
      const input = { name, recipientId: createStaff.id, topics: ['VOLUME'], fallbackId };
      return (await world.ask('mutation ($i: SetUpMailInput!) { setUpMail(input: $i) { id } }', { i: input })).setUpMail
        .id;
    };
    const behind = await staffMail('behind');
    const { setUpSlack } = await world.ask('mutation ($i: SetUpSlackInput!) { setUpSlack(input: $i) { id } }', {
      i: { name: 'down', address: slackAddress('B99999999'), topics: ['VOLUME'], fallbackId: behind },
    });
    const channels = [setUpSlack.id as string, await staffMail('later', behind), await staffMail('refused', behind)];
    let isDown = true;
    slack.answer = () =>
      isDown && slack.asked.at(-1)?.includes('B99999999') ? { status: 503, text: 'no' } : undefined;
    mail.answer = ({ to }) => {
      if (to.some(address => address.startsWith('later@'))) return 451;
      return to.some(address => address.startsWith('refused@')) ? 550 : undefined;
    };
    const tell = async (): Promise<void> => {
      for (const id of channels)
        await world.ask('mutation ($id: ID!) { sendTestNotice(channelId: $id) { id } }', { id });
    };
    const endpoint = await createEndpoint(
      { ask: world.ask },
      { customerId: world.sufferers[0]?.customerId, url: receiver.url },
    );
    receiver.answer = ({ json }) => (json.type === 'endpoint.test' ? undefined : 410);
    const goneAt = Date.now();
    await happen({ database }, world.sufferers[0]?.customerId ?? '');
    const startedAt = Date.now();
    while (Date.now() - startedAt < 7 * minuteMs) {
      await tell();
      await sleep(15_000);
    }
    // The rest of the two hours.
    await database.query(
      `update notice_channels set failing_since = failing_since - interval '113 minutes' where failing_since is not null`,
    );
    for (let nth = 0; nth < 4; nth++) {
      await tell();
      await sleep(15_000);
    }
    isDown = false;
    const [before, backAt] = [slack.received.length, new Date()];
    for (let nth = 0; nth < 4; nth++) {
      await tell();
      await sleep(15_000);
    }
    await sleep(minuteMs);
    const waits = await database.query<{ channel: string; wait: number | null; times: number }>(
      `select n.channel_id as channel, extract(epoch from min(s.sent_at) - n.created_at)::float8 as wait, count(s.id)::integer as times
       from notices n left join notices s on s.once = n.once and s.status = 'SENT'
       where n.channel_id in (select jsonb_array_elements_text($1::jsonb)::uuid) group by n.id`,
      [JSON.stringify(channels)],
    );
    const [storm] = await database.query<{ n: number }>(
      `select count(*)::integer as n from notices where channel_id = $1 and status = 'SENT' and created_at < $2`,
      [setUpSlack.id, backAt],
    );
    const alerts = await database.query<{ kind: string; after: number }>(
      `select kind, extract(epoch from opened_at - $1::timestamptz)::float8 as after from alerts where kind in ('CHANNEL_DOWN', 'ENDPOINT_DOWN') and opened_at is not null`,
      [new Date(goneAt)],
    );
    const worst = channels.map(id =>
      Math.max(...waits.filter(({ channel }) => channel === id).map(({ wait }) => wait ?? Infinity)),
    );
    const [lost, twice] = [
      waits.filter(({ times }) => times === 0).length,
      waits.filter(({ times }) => times > 1).length,
    ];
    console.info(
      `N05: ${waits.length} notices; the longest wait until one was told: Slack down ${worst[0]?.toFixed(0)} s, mail put off (451) ${worst[1]?.toFixed(0)} s, mail refused (550) ${worst[2]?.toFixed(0)} s; ` +
        `lost ${lost}, told twice ${twice}; after its return Slack got ${slack.received.length - before} messages, of notices from before ${storm?.n}; ` +
        `alerts: ${alerts.map(({ kind, after }) => `${kind} after ${after.toFixed(0)} s`).join(', ')}`,
    );
    expect({ lost, twice, storm: storm?.n }).toEqual({ lost: 0, twice: 0, storm: 0 });
    expect(Math.max(...worst)).toBeLessThanOrEqual(600);
    const { endpoint: seen } = await world.ask('query ($id: ID!) { endpoint(id: $id) { state } }', { id: endpoint.id });
    expect(seen.state).toBe('DISABLED');
    expect(new Set(alerts.map(({ kind }) => kind))).toEqual(new Set(['CHANNEL_DOWN', 'ENDPOINT_DOWN']));
  } finally {
    await receiver.close();
    await world.close();
  }
});

test('N08: the dead-man address hears nothing any more when nobody would be told', async () => {
  const pings: number[] = [];
  const outside = await startTokenEndpoint((_, response) => {
    pings.push(Date.now());
    response.end('OK');
  });
  const env = { PATCHBAY_DEADMAN_URL: outside.url };
  const world = await openAlertWorld({ platforms: 1, connections: 1, bystanders: 0, channels: 'one', env });
  try {
    const startedAt = Date.now();
    await until('the first ping', () => pings.length > 0, 3 * minuteMs);
    const firstMs = Date.now() - startedAt;
    const drill = await until(
      'the drill is over',
      async () =>
        (
          await world.database.query<{ took: number }>(
            'select extract(epoch from drill_cleared_at - drill_began_at)::float8 as took from alerting where drill_cleared_at is not null',
          )
        )[0],
      5 * minuteMs,
    );
    /** Until whoever waits five minutes for a ping raises the alarm. */
    const silence = async (stop: () => Promise<void>, go: () => Promise<void>): Promise<number> => {
      const stoppedAt = Date.now();
      await stop();
      await sleep(5.5 * minuteMs);
      const lastAt = pings.at(-1) ?? 0;
      await go();
      await until('pings come again', () => (pings.at(-1) ?? 0) > lastAt, 5 * minuteMs);
      return Math.max(0, lastAt - stoppedAt) + 5 * minuteMs;
    };
    const client = new pg.Client({ connectionString: world.database.url });
    await client.connect();
    const stuck = await silence(
      async () => {
        await client.query('begin');
        await client.query('lock table notice_messages in access exclusive mode');
      },
      async () => void (await client.query('rollback')),
    );
    await client.end();
    const stopped = await silence(
      async () => void world.worker.child.kill('SIGSTOP'),
      async () => void world.worker.child.kill('SIGCONT'),
    );
    console.info(
      `N08: the drill was raised and cleared in ${inSeconds(drill.took * 1_000)}, the first ping came after ${inSeconds(firstMs)}; the alarm outside, after five minutes of silence: ` +
        `${inSeconds(stuck)} after the sender of notices was stuck, ${inSeconds(stopped)} after the worker stood still`,
    );
    expect(drill.took).toBeLessThanOrEqual(300);
    expect(Math.max(stuck, stopped)).toBeLessThanOrEqual(10 * minuteMs);
  } finally {
    await world.close();
    await outside.close();
  }
});

const trials = Math.max(2, Math.round(20 * share));

test(`N09: from the link to runs that go on, ${trials} times`, async () => {
  const accounts = await startGongAccounts();
  const hub = await testHub(accounts.env, { watch: false });
  try {
    const seen: Awaited<ReturnType<typeof playReconnect>>[] = [];
    for (let nth = 0; nth < trials; nth++) seen.push(await playReconnect(hub, accounts));
    const waits = seen.map(({ resumedMs }) => resumedMs);
    const [actions, repeated] = [
      Math.max(...seen.map(each => each.actions)),
      Math.max(...seen.map(each => each.repeated)),
    ];
    console.info(
      `N09: ${trials} reconnects with ${actions} actions each; runs went on p50 ${inSeconds(percentile(waits, 0.5))}, most ${inSeconds(Math.max(...waits))} after the commit; ` +
        `pages listed again at most ${repeated}; all complete: ${seen.every(({ isWhole }) => isWhole)}`,
    );
    expect(actions).toBeLessThanOrEqual(5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    expect(seen.every(({ isWhole }) => isWhole)).toBe(true);
  } finally {
    await hub.close();
    await accounts.close();
  }
});

/** An import is stopped in the middle by a key that is refused, and goes on once the contact has entered another. */
async function playReconnect(hub: TestHub, accounts: GongAccounts) {
  const calls = 600;
  const account = await accounts.open({ calls });
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  await addContact(hub, customerId);
  let isRefused = false;
  const listed: string[] = [];
  account.refuse = (path, _, body) => {
    if (isRefused) return 401;
    if (path.endsWith('/extensive')) listed.push(body);
    return undefined;
  };
  const id = await startImport(hub, account, connectionId);
  await watchFor(hub, id, ({ stored }) => stored > 0);
  isRefused = true;
  await watchForStatus(hub, id, 'PAUSED');
  const { stored: before } = await progressOf(hub, id);
  const mail = await until('the link is mailed', async () =>
    (await keptMails(hub, customerId)).find(({ text }) => text.includes('/connect/')),
  );
  const address = new RegExp(`${hub.url}/connect/[\\w-]{43}`).exec(mail.text)?.[0] ?? '';
  isRefused = false;
  let actions = 0;
  const guest = new GuestBrowser(hub.url);
  const act = async (doing: () => Promise<unknown>): Promise<void> => {
    actions += 1;
    await doing();
  };
  await act(() => guest.open(address));
  await act(() => guest.send('start'));
  await act(async () => guest.send('code', { code: await lastCode(hub, customerId) }));
  await act(() => guest.send('keys', { method: '0', ...formOf(account.secret) }));
  const listedBefore = listed.length;
  await act(() => guest.send('confirm'));
  const committedAt = performance.now();
  await until('the run goes on', () => listed.length > listedBefore, 60_000);
  const resumedMs = performance.now() - committedAt;
  const done = await watchForStatus(hub, id, 'COMPLETED');
  return {
    ...{ actions, resumedMs, repeated: listed.length - new Set(listed).size },
    isWhole: before > 0 && done.stored === calls,
  };
}
