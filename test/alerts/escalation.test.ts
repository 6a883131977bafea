/** What nobody acknowledges is told to others: after four hours, a day, three days, and then in a weekly list. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { lookAround } from '../../src/alerts/watch/look-around.js';
import type { Keyring } from '../../src/core/ports.js';
import { alertsOf, type SeenAlert, type WatchedHub, watchedHub } from '../kit/alerts.js';
import { addContact, keptMails } from '../kit/guest.js';
import { newCustomer } from '../kit/sign-in.js';
import { type SlackDouble, slackAddress, startSlack } from '../kit/slack.js';
import { until } from '../kit/until.js';

let hub: WatchedHub;
let slack: SlackDouble;
const channels: string[] = [];
beforeAll(async () => {
  slack = await startSlack();
  hub = await watchedHub(slack.env);
  // A Tuesday; time only goes on from here.
  await hub.at('2027-03-02T10:00:00Z');
});
afterEach(async () => {
  for (const id of channels.splice(0))
    await hub.ask('mutation ($id: ID!) { removeNoticeChannel(id: $id) { id } }', { id });
});
afterAll(async () => {
  await hub?.close();
  await slack?.close();
});

const setUp = 'mutation ($input: SetUpSlackInput!) { setUpSlack(input: $input) { id escalation } }';
async function channel(customerId: string | null, name: string, escalation?: string, more: object = {}) {
  const input = { name, address: slackAddress(), customerId, escalation, least: 'WARNING', ...more };
  const { setUpSlack } = await hub.ask(setUp, { input });
  channels.push(setUpSlack.id);
  return setUpSlack.id as string;
}

/** A customer whose import looks as if it had come to its end. */
async function imported(): Promise<{ customerId: string; importId: string }> {
  const customerId = await newCustomer(hub);
  const importId = crypto.randomUUID();
  await hub.database.query(
    `with connection as (
       insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health, credential_checked_at, warnings, created_by)
       values (gen_random_uuid(), $1::uuid, 'gong', $1::uuid::text, 'Acme Gong', '{}', 'valid', now(), '[]', 'Ada') returning id
     ) insert into runs (id, customer_id, connection_id, platform, account_id, owner_id, window_from, window_to, with_transcripts, status, finished_at)
       select gen_random_uuid(), $1::uuid, id, 'gong', $1::uuid::text, $2, now(), now(), true, 'COMPLETED', now() - interval '2 days' from connection`,
    [customerId, importId],
  );
  return { customerId, importId };
}

/** The import has failed; who has to mend it is told by the code. */
const fail = (importId: string, code = 'PERMISSION_MISSING') =>
  hub.database.query(
    `update runs set status = 'FAILED', finished_at = business_now(),
       error = jsonb_build_object('code', $2::text, 'message', 'We may not read it.', 'remedy', 'Let us read it.') where owner_id = $1`,
    [importId, code],
  );
const mend = (importId: string) =>
  hub.database.query("update runs set status = 'COMPLETED', error = null, finished_at = now() where owner_id = $1", [
    importId,
  ]);

const escalationOf = async (id: string): Promise<SeenAlert> =>
  (
    await hub.ask(
      'query ($id: ID!) { alert(id: $id) { state escalations { step at channels contact } nextEscalation { step at channels } } }',
      { id },
    )
  ).alert;
/** What was written for a channel, oldest first. */
const toldIn = async (channelId: string): Promise<string[]> =>
  (
    await hub.ask('query ($c: ID) { notices(channelId: $c, first: 50) { nodes { title } } }', { c: channelId })
  ).notices.nodes
    .map(({ title }: SeenAlert) => title)
    .toReversed();
async function opened(importId: string, customerId: string): Promise<string> {
  await fail(importId);
  await hub.look();
  await hub.look(1);
  return (await alertsOf(hub, customerId))[0].id;
}

test('an error that nobody acknowledges goes to the lead and the contact, the owner, and into the weekly list; all hear that it is over', async () => {
  const { customerId, importId } = await imported();
  await addContact(hub, customerId);
  const desk = await channel(customerId, 'desk');
  const lead = await channel(customerId, 'lead', 'FOUR_HOURS');
  const owner = await channel(customerId, 'owner', 'ONE_DAY');
  const other = await channel(customerId, 'other', 'ONE_DAY', { topics: ['VOLUME'] });
  const all = async () => Promise.all([desk, lead, owner, other].map(async id => (await toldIn(id)).length));
  const id = await opened(importId, customerId);
  const since = hub.now().getTime();
  const after = (hours: number): string => new Date(since + hours * 3_600_000).toISOString();

  expect(await escalationOf(id)).toMatchObject({
    escalations: [],
    nextEscalation: { step: 'FOUR_HOURS', at: after(4), channels: ['lead'] },
  });
  await hub.look(239);
  expect(await all()).toEqual([1, 0, 0, 0]);
  await hub.look(1);
  await hub.look(1);
  expect(await all()).toEqual([1, 1, 0, 0]);
  expect((await toldIn(lead))[0]).toContain('nobody looks after it: An import from Gong has failed');
  const { text } = await until('the contact is mailed', async () =>
    (await keptMails(hub, customerId)).find(({ subject }) => subject.includes('need your attention')),
  );
  expect(text).toContain('Gong does not let us read what we need');
  expect(await escalationOf(id)).toEqual({
    state: 'OPEN',
    escalations: [{ step: 'FOUR_HOURS', at: after(4), channels: ['lead'], contact: 'Ada Lovelace' }],
    nextEscalation: { step: 'ONE_DAY', at: after(24), channels: ['owner'] },
  });

  // The desk is reminded at the same moment.
  await hub.look(20 * 60);
  await hub.look(1);
  expect(await all()).toEqual([2, 1, 1, 0]);
  await hub.look(48 * 60);
  expect(await all()).toEqual([2, 1, 1, 0]);
  expect((await escalationOf(id)).nextEscalation).toBeNull();

  await hub.at('2027-03-08T05:59:00Z');
  expect(await all()).toEqual([2, 1, 1, 0]);
  await hub.at('2027-03-08T06:01:00Z');
  await hub.look(60);
  expect(await all()).toEqual([3, 2, 2, 0]);
  expect((await toldIn(owner)).at(-1)).toMatch(
    /^Not importing: .+ nobody has looked after it for three days: 1 alert$/,
  );
  await hub.at('2027-03-15T06:01:00Z');
  expect(await all()).toEqual([4, 3, 3, 0]);
  await hub.pass(2);
  await until('Slack has the list', () =>
    slack.received.some(body => JSON.stringify(body).includes('We may not read it. Since 2 Mar 2027')),
  );

  // What was promised is mailed, though they have had their measure.
  await hub.database.query(
    `insert into mails select (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'status', 'DEAD', 'created_at', now()))).*
     from mails m, generate_series(1, 3) where m.customer_id = $1 and m.kind = 'NOTICES'`,
    [customerId],
  );
  await mend(importId);
  await hub.look(1);
  await hub.look(60);
  await hub.database.query("delete from mails where customer_id = $1 and status = 'DEAD'", [customerId]);
  expect(await all()).toEqual([5, 4, 4, 0]);
  expect((await keptMails(hub, customerId)).filter(({ subject }) => subject.includes('come again'))).toHaveLength(1);
  expect(await escalationOf(id)).toMatchObject({ state: 'RESOLVED', nextEscalation: null });
});

test('acknowledging stops it, a snooze puts it off, and what gets worse counts anew', async () => {
  const { customerId, importId } = await imported();
  const lead = await channel(customerId, 'lead', 'FOUR_HOURS');
  await hub.database.query(
    `update runs set status = 'RUNNING', lease_until = now() + interval '1 day', finished_at = null,
       updated_at = business_now() - interval '12 minutes' where owner_id = $1`,
    [importId],
  );
  await hub.look();
  await hub.look(1);
  const [{ id }] = await alertsOf(hub, customerId);
  const steer = (verb: string, more = ''): Promise<SeenAlert> =>
    hub.ask(`mutation ($id: ID!) { alert: ${verb}Alert(id: $id ${more}) { state } }`, { id });
  expect((await escalationOf(id)).nextEscalation).toBeNull();

  await steer('acknowledge');
  await hub.look(20);
  const worseAt = hub.now().getTime();
  expect(await escalationOf(id)).toMatchObject({
    state: 'OPEN',
    nextEscalation: { at: new Date(worseAt + 4 * 3_600_000).toISOString() },
  });
  const snoozed = new Date(worseAt + 3 * 3_600_000).toISOString();
  await steer('snooze', `, until: "${snoozed}"`);
  await hub.look(6 * 60);
  expect(await toldIn(lead)).toEqual([]);
  await steer('acknowledge');
  expect((await escalationOf(id)).nextEscalation).toBeNull();
  await hub.look(24 * 60);
  expect(await toldIn(lead)).toEqual([]);

  await mend(importId);
  await hub.look(1);
  expect(await toldIn(lead)).toEqual([]);
});

test('it is told once, however many look and whatever fails halfway', async () => {
  const { customerId, importId } = await imported();
  const lead = await channel(null, 'lead', 'FOUR_HOURS');
  const id = await opened(importId, customerId);
  await hub.pass(4 * 60);
  const lookSealed = async (): Promise<void> => {
    const keyring = hub.house.keyring as { seal: Keyring['seal'] };
    const { seal } = keyring;
    keyring.seal = async () => {
      throw new Error('The key cannot be unwrapped.');
    };
    await hub.look().finally(() => {
      keyring.seal = seal;
    });
  };
  await lookSealed();
  expect((await escalationOf(id)).escalations).toEqual([]);
  expect(await toldIn(lead)).toEqual([]);

  const look = () => lookAround(hub.house.houseScope(new AbortController().signal));
  await Promise.all([look(), look(), look()]);
  await hub.look();
  expect(await toldIn(lead)).toHaveLength(1);
  expect((await escalationOf(id)).escalations).toMatchObject([
    { step: 'FOUR_HOURS', channels: ['lead'], contact: null },
  ]);

  // So is the weekly list.
  await hub.look(20 * 60);
  await hub.look(48 * 60);
  const monday = new Date(hub.now());
  monday.setUTCDate(monday.getUTCDate() + 7 - ((monday.getUTCDay() + 6) % 7));
  await hub.pass((Date.parse(`${monday.toISOString().slice(0, 10)}T06:01:00Z`) - hub.now().getTime()) / 60_000);
  await lookSealed();
  expect(await toldIn(lead)).toHaveLength(1);
  await hub.look();
  await hub.look();
  expect(await toldIn(lead)).toHaveLength(2);
  expect((await toldIn(lead))[1]).toContain('nobody has looked after it for three days');
  await mend(importId);
  await hub.look(1);
});

test('at night it waits for the end of quiet hours, and a channel may become one for escalations and back', async () => {
  const { customerId, importId } = await imported();
  const quietHours = { from: '20:00', to: '07:00', timeZone: 'UTC' };
  const lead = await channel(customerId, 'lead', undefined, { quietHours });
  const change = (escalation: string | null): Promise<SeenAlert> =>
    hub.ask('mutation ($i: ChangeNoticeChannelInput!) { changed: changeNoticeChannel(input: $i) { escalation } }', {
      i: { id: lead, escalation },
    });
  expect((await change('FOUR_HOURS')).changed).toEqual({ escalation: 'FOUR_HOURS' });
  await hub.at('2027-04-06T19:00:00Z');
  await opened(importId, customerId);
  const before = slack.received.length;
  await hub.look(5 * 60);
  expect(await toldIn(lead)).toHaveLength(1);
  await hub.pass(2);
  const waits = await hub.database.query('select from notices where channel_id = $1 and not_before = $2', [
    ...[lead, '2027-04-07T07:00:00Z'],
  ]);
  expect(waits).toHaveLength(1);
  await hub.at('2027-04-07T07:02:00Z');
  await until('Slack has it', () => slack.received.length > before);
  expect((await change(null)).changed).toEqual({ escalation: null });
  await mend(importId);
  await hub.look(1);
});

test.each(['acknowledge', 'snooze'])(
  'what waits for the end of quiet hours is told to nobody after somebody has said %s',
  async verb => {
    const { customerId, importId } = await imported();
    const night = new Date(hub.now().getTime() + 7 * 86_400_000).toISOString().slice(0, 10);
    await hub.at(`${night}T20:00:00Z`);
    const desk = await channel(customerId, 'desk');
    const quietHours = { from: '22:00', to: '07:00', timeZone: 'UTC' };
    const lead = await channel(customerId, 'lead', 'FOUR_HOURS', { quietHours });
    const states = async (id: string): Promise<string[]> => {
      const document = 'query ($c: ID) { notices(channelId: $c, first: 50) { nodes { status } } }';
      return (await hub.ask(document, { c: id })).notices.nodes.map(({ status }: SeenAlert) => status);
    };
    const id = await opened(importId, customerId);
    await hub.pass(2);
    await until('the desk is told', async () => (await states(desk))[0] === 'SENT');
    await hub.look(4 * 60);
    expect(await states(lead)).toEqual(['WAITING']);

    const more = verb === 'snooze' ? `, until: "${new Date(hub.now().getTime() + 86_400_000).toISOString()}"` : '';
    await hub.ask(`mutation ($id: ID!) { ${verb}Alert(id: $id${more}) { id } }`, { id });
    expect(await states(lead)).toEqual(['WITHDRAWN']);
    expect(await states(desk)).toEqual(['SENT']);
    await mend(importId);
    await hub.look(1);
    expect(await states(lead)).toEqual(['WITHDRAWN']);
  },
);
