import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { alertsOf, type SeenAlert, type WatchedHub, watchedHub } from '../kit/alerts.js';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { addContact } from '../kit/guest.js';
import { type MailServer, startMailServer } from '../kit/mail-server.js';
import { type SlackDouble, slackAddress, startSlack } from '../kit/slack.js';
import { setTime } from '../kit/syncs.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

let hub: WatchedHub;
let accounts: GongAccounts;
let slack: SlackDouble;
let mail: MailServer;
const channels: string[] = [];
beforeAll(async () => {
  [accounts, slack, mail] = await Promise.all([startGongAccounts(), startSlack(), startMailServer()]);
  const post = { PATCHBAY_SMTP_URL: mail.url, PATCHBAY_MAIL_FROM: 'Example Ltd <hub@example.com>' };
  hub = await watchedHub({ ...accounts.env, ...slack.env, ...post });
});
afterEach(async () => {
  slack.answer = undefined;
  for (const id of channels.splice(0))
    await hub.ask('mutation ($id: ID!) { removeNoticeChannel(id: $id) { id } }', { id });
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([accounts?.close(), slack?.close(), mail?.close()]);
});

const document = (verb: string) =>
  `mutation ($input: ${verb}Input!) { made: ${verb.charAt(0).toLowerCase()}${verb.slice(1)}(input: $input) { id name failingSince problem } }`;
async function setUp(verb: 'SetUpSlack' | 'SetUpMail', input: object): Promise<string> {
  const { made } = await hub.ask(document(verb), { input });
  channels.push(made.id);
  return made.id;
}
const slackFor = (customerId: string | null, more: object = {}) =>
  setUp('SetUpSlack', { name: 'customer success', address: slackAddress(), customerId, ...more });

async function staffMail(more: object = {}): Promise<{ channelId: string; email: string }> {
  const email = `cs-${crypto.randomUUID()}@example.com`;
  const { createStaff } = await hub.ask('mutation ($i: CreateStaffInput!) { createStaff(input: $i) { id } }', {
    i: { name: 'Grace Hopper', email, role: 'CS' },
  });
  return { email, channelId: await setUp('SetUpMail', { name: 'Grace', recipientId: createStaff.id, ...more }) };
}

async function imported(name?: string) {
  const account = await accounts.open({ calls: 20 });
  const connected = await connectedCustomer(hub, account);
  if (name !== undefined)
    await hub.database.query('update customers set name = $2 where id = $1', [connected.customerId, name]);
  const importId = await startImport(hub, account, connected.connectionId);
  await watchToEnd(hub, importId);
  return { account, importId, ...connected };
}

/** Messages are sent a minute after the first notice of them. */
const later = (): Promise<void> => hub.pass(2);
const slackTexts = (from = 0): string[] => slack.received.slice(from).map(body => JSON.stringify(body));
const noticesOf = async (channelId: string): Promise<SeenAlert[]> =>
  (
    await hub.ask(
      'query ($c: ID) { notices(channelId: $c) { nodes { id title severity status lines problem messageId channel { id } } } }',
      {
        c: channelId,
      },
    )
  ).notices.nodes;
const breakIt = (connectionId: string, health: 'broken' | 'valid') =>
  hub.database.query(
    'update connections set credential_health = $2, credential_checked_at = business_now() where id = $1',
    [connectionId, health],
  );

test('only an address of Slack is taken, and it is never shown again', async () => {
  for (const address of [
    'https://hooks.slack.com.evil.example/services/T00000000/B00000000/aBcDeFgHiJkLmNoPqRsTuVwX',
    'http://hooks.slack.com/services/T00000000/B00000000/aBcDeFgHiJkLmNoPqRsTuVwX',
    'https://hooks.slack.com@10.0.0.1/services/T00000000/B00000000/aBcDeFgHiJkLmNoPqRsTuVwX',
    'https://hooks.slack.com/workflows/T00000000/B00000000/aBcDeFgHiJkLmNoPqRsTuVwX',
    'not an address',
  ]) {
    const error = await hub.refused(document('SetUpSlack'), { input: { name: 'x', address } });
    expect(error.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'input.address',
      remedy: expect.stringContaining('hooks.slack.com'),
    });
    expect(JSON.stringify(error)).not.toContain('aBcDeFgHiJkLmNoPqRsTuVwX');
  }
  for (const [more, field] of [
    [{ topics: [] }, 'input.topics'],
    [{ quietHours: { from: '07:00', to: '07:00', timeZone: 'Europe/Berlin' } }, 'input.quietHours.to'],
    [{ quietHours: { from: '22:00', to: '07:00', timeZone: '+02:00' } }, 'input.quietHours.timeZone'],
  ] as const) {
    const { extensions } = await hub.refused(document('SetUpSlack'), {
      input: { name: 'x', address: slackAddress(), ...more },
    });
    expect(extensions).toMatchObject({ code: 'INVALID_INPUT', field });
  }
  const address = slackAddress();
  const id = await slackFor(null, { address, topics: ['CREDENTIALS', 'VOLUME'] });
  const twice = await hub.refused(document('SetUpSlack'), { input: { name: 'x', address, topics: ['VOLUME'] } });
  expect(twice.extensions).toMatchObject({ code: 'CONFLICT', field: 'input.address', remedy: expect.any(String) });
  await slackFor(null, { address, topics: ['IMPORTS'] });

  const [row] = await hub.database.query<{ row: string }>(
    'select c::text as row from notice_channels c where id = $1',
    [id],
  );
  expect(row?.row).not.toContain('aBcDeFgHiJkLmNoPqRsTuVwX');
  expect(hub.logged()).not.toContain('aBcDeFgHiJkLmNoPqRsTuVwX');
});

test('of several ids the one that there is not is named', async () => {
  const [nobody, address] = [crypto.randomUUID(), slackAddress()];
  const { createStaff: staff } = await hub.ask('mutation ($i: CreateStaffInput!) { createStaff(input: $i) { id } }', {
    i: { name: 'Grace', email: `cs-${nobody}@example.com`, role: 'CS' },
  });
  const cases = [
    ['SetUpMail', { recipientId: nobody }, 'input.recipientId'],
    ['SetUpMail', { recipientId: 'nobody' }, 'input.recipientId'],
    ['SetUpMail', { recipientId: staff.id, customerId: nobody }, 'input.customerId'],
    ['SetUpMail', { recipientId: staff.id, fallbackId: nobody }, 'input.fallbackId'],
    ['SetUpSlack', { address, fallbackId: nobody }, 'input.fallbackId'],
  ] as const;
  for (const [verb, input, field] of cases) {
    const { extensions } = await hub.refused(document(verb), { input: { name: 'x', ...input } });
    expect(extensions).toMatchObject({ code: 'NOT_FOUND', field, remedy: expect.any(String) });
  }
  for (const [call, field] of [
    ['createSync(input: { connectionId: $id, schedule: { cadence: HOURLY } }) { id }', 'input.connectionId'],
    ['snoozeAlert(id: $id, until: "2096-01-01T00:00:00Z") { id }', 'id'],
  ] as const) {
    const { extensions } = await hub.refused(`mutation ($id: ID!) { ${call} }`, { id: nobody });
    expect(extensions).toMatchObject({ code: 'NOT_FOUND', field });
  }
});

test('a test notice arrives at once, in Slack and by mail as text and HTML', async () => {
  const slackId = await slackFor(null);
  const { channelId, email } = await staffMail();
  const send = 'mutation ($id: ID!) { sendTestNotice(channelId: $id) { status title } }';
  const before = slack.received.length;

  for (const id of [slackId, channelId])
    expect((await hub.ask(send, { id })).sendTestNotice).toMatchObject({
      title: 'This is a test: notices arrive here',
    });

  await until('Slack has it', () => slack.received.length > before);
  const letter = await until('the mail is there', () => mail.received.find(({ to }) => to.includes(email)));
  expect(letter.raw).toContain('Content-Type: text/html');
  expect(letter.raw).toContain('Content-Type: text/plain');
  expect(letter.header('Subject')).toBe('Patchbay: This is a test: notices arrive here');
  await until(
    'both are noted',
    async () => (await noticesOf(channelId))[0].status === 'SENT' && (await noticesOf(slackId))[0].status === 'SENT',
  );
});

test('staff are told of a dead credential with the reconnect link, and once that it is over, only where they were told', async () => {
  const { customerId, connectionId, account } = await imported();
  const [ada, joan] = [await addContact(hub, customerId), await addContact(hub, customerId, 'Joan Clarke')];
  await hub.look();
  const [ofAda, ofJoan] = [
    await setUp('SetUpMail', { name: 'Ada', recipientId: ada.id, topics: ['CREDENTIALS'] }),
    await setUp('SetUpMail', { name: 'Joan', recipientId: joan.id, topics: ['CREDENTIALS'] }),
  ];
  const told = await slackFor(customerId, { topics: ['CREDENTIALS'] });
  const other = await slackFor(null, { topics: ['VOLUME'] });
  const before = slack.received.length;
  account.refuse = () => 401;
  await startImport(hub, account, connectionId);
  await until('a link is there', async () => {
    const { links } = await hub.ask('query ($c: ID) { links(connectionId: $c) { totalCount } }', { c: connectionId });
    return links.totalCount > 0;
  });
  account.refuse = undefined;

  await hub.look(1);
  await later();
  await until('Slack has it', () => slack.received.length > before);
  expect(slackTexts(before)).toEqual([
    expect.stringMatching(
      /does not let us in any more.*Waits for it: 1 import.*Reconnect link for the contact.*\/connect\//s,
    ),
  ]);
  // Ada has the mail with the link; Joan is told in other words than staff, and gets no link that is not hers.
  expect(await noticesOf(ofAda)).toEqual([]);
  const [toJoan] = await noticesOf(ofJoan);
  expect([toJoan.title, ...toJoan.lines].join('\n')).toMatch(
    /^Gong does not let us in any more\.\n[^]*What to do: Somebody at your company was mailed a link/,
  );
  expect(toJoan.lines.join('\n')).not.toMatch(/Who has to act|pass it on/);
  const letter = await until('Joan has it', () => mail.received.find(({ to }) => to.includes(joan.email)));
  expect(letter.raw).not.toContain('/connect/');
  await breakIt(connectionId, 'valid');
  await hub.look(30);
  await later();
  await until('Slack has the end of it', () => slack.received.length > before + 1);
  expect(slackTexts(before + 1)).toEqual([
    expect.stringMatching(/Over: .*for 3\d minutes.*Calls brought since it began: 0/s),
  ]);
  await hub.look(5);
  expect((await noticesOf(told)).map(({ status }) => status)).toEqual(['SENT', 'SENT']);
  expect(await noticesOf(other)).toEqual([]);
});

test('a storm is one message', async () => {
  const { customerId, connectionId } = await imported();
  await hub.look();
  const channelId = await slackFor(customerId);
  const before = slack.received.length;
  const runId = (
    await hub.database.query<{ id: string }>('select id from runs where connection_id = $1', [connectionId])
  )[0]?.id;
  await hub.database.query(
    `insert into runs select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'owner_id', gen_random_uuid(), 'status', 'RUNNING',
       'lease_until', now() + interval '1 day', 'finished_at', null, 'updated_at', business_now() - interval '20 minutes'))).* from runs r, generate_series(1, 40) where r.id = $1`,
    [runId],
  );

  await hub.look(1);
  await hub.look(1);
  expect(await alertsOf(hub, customerId)).toHaveLength(40);
  await later();
  const [message] = await until('Slack has it', () =>
    slack.received.length > before ? slack.received.slice(before) : undefined,
  );
  const said = JSON.stringify(message);
  expect(said).toContain('40 notices');
  expect(said).toContain('and 30 more');
  expect(slack.received).toHaveLength(before + 1);
  await until('none of them waits', async () =>
    (await noticesOf(channelId)).every(({ status }) => status !== 'WAITING'),
  );
  await hub.database.query(`delete from runs where status = 'RUNNING' and connection_id = $1`, [connectionId]);
});

test('a channel that does not work has another one stand in, and nothing storms when it is back', async () => {
  const { customerId, connectionId } = await imported();
  await hub.look();
  const behind = await staffMail({ topics: ['VOLUME'] });
  const channelId = await slackFor(customerId, { topics: ['CREDENTIALS'], fallbackId: behind.channelId });
  slack.answer = () => ({ status: 503, text: 'no' });
  await breakIt(connectionId, 'broken');
  await hub.look(1);
  await later();
  await until('it is known not to work', async () => {
    const { noticeChannels } = await hub.ask('{ noticeChannels { nodes { id failingSince problem } } }');
    return noticeChannels.nodes.find(({ id, failingSince }: SeenAlert) => id === channelId && failingSince !== null);
  });

  // As if it had not worked for as long as it is waited for.
  await hub.database.query(`update notice_channels set failing_since = now() - interval '6 minutes' where id = $1`, [
    channelId,
  ]);
  await hub.database.query('update notice_messages set try_at = now() where channel_id = $1', [channelId]);
  await until('the other one is to tell it', async () => (await noticesOf(behind.channelId)).length > 0);
  await later();
  const letter = await until('the mail is there', () => mail.received.find(({ to }) => to.includes(behind.email)));
  expect(letter.header('Subject')).toContain('does not let us in any more');

  slack.answer = undefined;
  const before = slack.received.length;
  expect((await noticesOf(channelId)).map(({ status }) => status)).toEqual(['DIVERTED']);
  await hub.ask('mutation ($id: ID!) { sendTestNotice(channelId: $id) { id } }', { id: channelId });
  await until('it works again', () => slack.received.length > before);
  expect(slackTexts(before)).toEqual([expect.stringContaining('This is a test')]);
  await breakIt(connectionId, 'valid');
});

const change = (id: string, more: object): Promise<SeenAlert> =>
  hub.ask(
    'mutation ($input: ChangeNoticeChannelInput!) { changed: changeNoticeChannel(input: $input) { fallbackId } }',
    { input: { id, ...more } },
  );
const fallbackOf = async (channelId: string): Promise<string | null> =>
  (await hub.ask('{ noticeChannels { nodes { id fallbackId } } }')).noticeChannels.nodes.find(
    ({ id }: SeenAlert) => id === channelId,
  ).fallbackId;

/** What waits in the channel is tried now, as if it had not worked for longer than is waited for. */
async function triedAgain(channelId: string): Promise<void> {
  await hub.database.query(
    `update notice_channels set failing_since = now() - interval '6 minutes', problem = 'not yet' where id = $1`,
    [channelId],
  );
  await hub.database.query('update notice_messages set try_at = now() where channel_id = $1', [channelId]);
  await until('it was tried', async () => {
    const [row] = await hub.database.query<{ problem: string | null }>(
      `select problem from notice_messages where channel_id = $1 and try_at > now() and problem is not null
       and exists (select from notice_channels c where c.id = channel_id and c.problem is distinct from 'not yet')`,
      [channelId],
    );
    return row !== undefined;
  });
}

/** A notice is in a message of the channel, and the message has failed. */
const hasFailed = (channelId: string): Promise<unknown> =>
  until('it has failed', async () => {
    const rows = await hub.database.query(
      'select from notice_messages where channel_id = $1 and problem is not null and try_at > now()',
      [channelId],
    );
    return rows.length > 0;
  });

test('the channel behind is never one of a customer who is not told of by the one before it', async () => {
  const [one, two] = [await imported(), await imported()];
  await hub.look();
  const ofOne = await slackFor(one.customerId, { topics: ['VOLUME'] });
  const refusal = {
    extensions: {
      code: 'INVALID_INPUT',
      field: 'input.fallbackId',
      remedy: expect.stringContaining('the same customer'),
    },
  };
  for (const customerId of [null, two.customerId]) {
    const input = { name: 'x', address: slackAddress(), customerId, fallbackId: ofOne };
    expect(await hub.refused(document('SetUpSlack'), { input })).toMatchObject(refusal);
  }
  // A contact's channel is of the contact's company, and of no other.
  const { id: recipientId } = await addContact(hub, two.customerId);
  expect(
    await hub.refused(document('SetUpMail'), { input: { name: 'x', recipientId, fallbackId: ofOne } }),
  ).toMatchObject(refusal);
  const other = await hub.refused(document('SetUpMail'), {
    input: { name: 'x', recipientId, customerId: one.customerId },
  });
  expect(other.extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input.customerId' });
  const ofAll = await slackFor(null, { topics: ['CREDENTIALS'] });
  expect(
    await hub.refused('mutation ($i: ChangeNoticeChannelInput!) { changeNoticeChannel(input: $i) { id } }', {
      i: { id: ofAll, fallbackId: ofOne },
    }),
  ).toMatchObject(refusal);
  const sameCustomer = await slackFor(one.customerId, { topics: ['VOLUME'], fallbackId: ofOne });
  expect((await change(sameCustomer, { fallbackId: ofAll })).changed.fallbackId).toBe(ofAll);

  // Even where one is: what concerns another customer waits, and is told when the channel works again.
  await hub.database.query('update notice_channels set fallback_id = $2 where id = $1', [ofAll, ofOne]);
  slack.answer = () => ({ status: 503, text: 'no' });
  await breakIt(one.connectionId, 'broken');
  await breakIt(two.connectionId, 'broken');
  await hub.look(1);
  await later();
  await hasFailed(ofAll);
  await triedAgain(ofAll);
  const customersOf = async (channelId: string, status: string): Promise<string[]> =>
    (
      await hub.database.query<{ id: string }>(
        'select customer_id as id from notices where channel_id = $1 and status = $2',
        [channelId, status],
      )
    ).map(({ id }) => id);
  expect(await customersOf(ofAll, 'DIVERTED')).toEqual([one.customerId]);
  expect(await customersOf(ofOne, 'WAITING')).toEqual([one.customerId]);
  expect(await customersOf(ofAll, 'WAITING')).toEqual([two.customerId]);

  slack.answer = undefined;
  await hub.database.query('update notice_messages set try_at = now() where channel_id = $1', [ofAll]);
  await until('it is told', async () => (await customersOf(ofAll, 'SENT')).includes(two.customerId));
  expect(await customersOf(ofOne, 'SENT')).not.toContain(two.customerId);
  await breakIt(one.connectionId, 'valid');
  await breakIt(two.connectionId, 'valid');
});

test('nothing is lost when the channel behind is gone, or leads back', async () => {
  const { customerId, connectionId } = await imported();
  await hub.look();
  const behind = await slackFor(customerId, { topics: ['VOLUME'] });
  const first = await slackFor(customerId, { topics: ['CREDENTIALS'], fallbackId: behind });
  await change(behind, { fallbackId: first });
  const removed = await slackFor(customerId, { topics: ['VOLUME'] });
  const lonely = await slackFor(customerId, { topics: ['CREDENTIALS'], fallbackId: removed });
  await hub.ask('mutation ($id: ID!) { removeNoticeChannel(id: $id) { id } }', { id: removed });
  channels.splice(channels.indexOf(removed), 1);
  expect(await fallbackOf(lonely)).toBeNull();
  await hub.database.query('update notice_channels set fallback_id = $2 where id = $1', [lonely, removed]);
  slack.answer = () => ({ status: 503, text: 'no' });
  await breakIt(connectionId, 'broken');
  await hub.look(1);
  await later();
  await Promise.all([hasFailed(first), hasFailed(lonely)]);

  await triedAgain(lonely);
  expect((await noticesOf(lonely)).map(({ status }) => status)).toEqual(['WAITING']);
  await hub.database.query(`update notice_channels set failing_since = now() - interval '6 minutes' where id = $1`, [
    first,
  ]);
  await hub.database.query('update notice_messages set try_at = now() where channel_id = $1', [first]);
  await until('the other one is to tell it', async () => (await noticesOf(behind)).length > 0);
  await later();
  await hasFailed(behind);
  await triedAgain(behind);
  expect((await noticesOf(behind)).map(({ status }) => status)).toEqual(['WAITING']);

  slack.answer = undefined;
  await hub.database.query("update notice_messages set try_at = now() where status = 'WAITING'");
  for (const id of [behind, lonely]) await until('it is told', async () => (await noticesOf(id))[0].status === 'SENT');
  const { changed } = await change(behind, { fallbackId: null });
  expect(changed.fallbackId).toBeNull();
  expect((await change(first, { least: 'ERROR' })).changed.fallbackId).toBe(behind);
  await breakIt(connectionId, 'valid');
});

test('whoever has ended notices gets none that wait already, and none in the place of another channel', async () => {
  const { customerId, connectionId } = await imported();
  await hub.look();
  const [ada, joan] = [await addContact(hub, customerId), await addContact(hub, customerId, 'Joan Clarke')];
  const own = await setUp('SetUpMail', { name: 'Ada', recipientId: ada.id, topics: ['CREDENTIALS'] });
  const behind = await setUp('SetUpMail', { name: 'Joan', recipientId: joan.id, topics: ['VOLUME'] });
  const first = await slackFor(customerId, { topics: ['CREDENTIALS'], fallbackId: behind });
  slack.answer = () => ({ status: 503, text: 'no' });
  await breakIt(connectionId, 'broken');
  await hub.look(1);
  expect((await noticesOf(own)).map(({ status }) => status)).toEqual(['WAITING']);
  for (const id of [ada.id, joan.id])
    await hub.ask('mutation ($i: ChangeContactInput!) { changeContact(input: $i) { id } }', {
      i: { id, mails: ['IMPORTS'] },
    });
  await later();

  const [told] = await until('nothing waits', async () => {
    const all = await noticesOf(own);
    return all.every(({ status }) => status !== 'WAITING') && all;
  });
  expect([told?.status, told?.problem]).toEqual(['DEAD', 'The person wants no notices by mail any more.']);
  await hasFailed(first);
  await triedAgain(first);
  expect((await noticesOf(first)).map(({ status }) => status)).toEqual(['WAITING']);
  expect(await noticesOf(behind)).toEqual([]);
  await breakIt(connectionId, 'valid');
});

test('a channel gets another name and address, to which what could not be sent goes', async () => {
  const channelId = await slackFor(null);
  slack.answer = () => ({ status: 503, text: 'no' });
  await hub.ask('mutation ($id: ID!) { sendTestNotice(channelId: $id) { id } }', { id: channelId });
  await hasFailed(channelId);
  const [waiting] = (
    await hub.ask('query ($c: ID) { notices(channelId: $c) { nodes { waitsBecause waitsUntil } } }', { c: channelId })
  ).notices.nodes;
  expect(waiting).toEqual({ waitsBecause: 'FAILURE', waitsUntil: expect.any(String) });
  slack.answer = undefined;

  const changed = await hub.ask(
    'mutation ($input: ChangeNoticeChannelInput!) { c: changeNoticeChannel(input: $input) { name failingSince } }',
    { input: { id: channelId, name: 'the others', address: slackAddress('B0000MOVED') } },
  );
  expect(changed.c).toEqual({ name: 'the others', failingSince: null });
  await until('it is there', () => slack.asked.some(path => path.includes('/B0000MOVED/')));

  const { channelId: mailId } = await staffMail();
  const refused = await hub.refused(
    'mutation ($input: ChangeNoticeChannelInput!) { changeNoticeChannel(input: $input) { id } }',
    { input: { id: mailId, address: slackAddress() } },
  );
  expect(refused.extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input.address' });
});

test('what Slack refuses for good is seen as dead, with its word', async () => {
  const channelId = await slackFor(null);
  slack.answer = () => ({ status: 404, text: 'no_service' });

  await hub.ask('mutation ($id: ID!) { sendTestNotice(channelId: $id) { id } }', { id: channelId });

  const [dead] = await until('it is given up', async () => {
    const all = await noticesOf(channelId);
    return all[0].status === 'DEAD' && all;
  });
  expect(dead.problem).toBe('Slack refuses it for good (404 no_service).');
});

test('warnings wait for the end of quiet hours, and errors do not', async () => {
  const { customerId } = await imported();
  const channelId = await slackFor(customerId, {
    quietHours: { from: '00:00', to: '23:59', timeZone: 'Europe/Berlin' },
  });
  const waits = async (): Promise<number[]> =>
    (
      await hub.database.query<{ seconds: number }>(
        'select extract(epoch from not_before - created_at)::integer as seconds from notices where channel_id = $1',
        [channelId],
      )
    ).map(({ seconds }) => seconds);

  // The import that is done is news.
  await setTime(hub, '2026-11-24T08:00:00Z');
  await hub.database.query('update imports set told_at = null where customer_id = $1', [customerId]);
  const { lookAround } = await import('../../src/alerts/watch/look-around.js');
  await lookAround(hub.house.houseScope(new AbortController().signal));
  expect(await waits()).toEqual([14 * 3_600 + 59 * 60]);
  const says = async () =>
    (await hub.ask('query ($c: ID) { notices(channelId: $c) { nodes { waitsBecause waitsUntil } } }', { c: channelId }))
      .notices.nodes;
  expect(await says()).toEqual([{ waitsBecause: 'QUIET_HOURS', waitsUntil: '2026-11-24T22:59:00.000Z' }]);

  const others = { from: '08:00', to: '10:00', timeZone: 'UTC' };
  await change(channelId, { quietHours: others });
  expect(await says()).toEqual([{ waitsBecause: 'QUIET_HOURS', waitsUntil: '2026-11-24T10:00:00.000Z' }]);
  await change(channelId, { digest: { every: 'DAILY', at: '12:00', timeZone: 'UTC' } });
  expect(await says()).toEqual([{ waitsBecause: 'DIGEST', waitsUntil: '2026-11-24T12:00:00.000Z' }]);
  await change(channelId, { digest: null, quietHours: null });
  expect(await says()).toEqual([{ waitsBecause: 'OTHERS', waitsUntil: expect.any(String) }]);
  await hub.database.query(
    `insert into notice_messages (id, channel_id, status, created_at)
     select gen_random_uuid(), $1, 'SENT', business_now() - n * interval '1 minute' from generate_series(1, 20) n`,
    [channelId],
  );
  expect(await says()).toEqual([{ waitsBecause: 'MEASURE', waitsUntil: '2026-11-24T08:40:00.000Z' }]);
});

test('names with mark-up, mentions, formulas, bidi and escape sequences do nothing in Slack or in a mail', async () => {
  const evil =
    '<!channel> <@U1> @here <https://evil.example|Gong> =1+1 <img src=x onerror=alert(1)> \u202Egnp.exe \u001b[31m evil.example';
  const { customerId } = await imported(evil);
  const channelId = await slackFor(customerId);
  const { email } = await staffMail({ customerId });
  await hub.database.query('update imports set told_at = null where customer_id = $1', [customerId]);
  const before = slack.received.length;
  await hub.look(1);
  await later();

  await until('Slack has it', () => slack.received.length > before);
  const letter = await until('the mail is there', () => mail.received.find(({ to }) => to.includes(email)));
  const body = slack.received[before];
  expect(body).toMatchObject({
    link_names: false,
    parse: 'none',
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
  });
  const kinds = body.blocks.map((block: SeenAlert) => block.text?.type ?? block.elements[0].text.type);
  expect(new Set(kinds)).toEqual(new Set(['plain_text']));
  const said = JSON.stringify(body);
  for (const active of ['<!channel>', '<@U1>', '@here', '\u202e', '\u001b', 'evil.example'])
    expect(said).not.toContain(active);
  expect(letter.raw).not.toContain('\u202e');
  const { htmlOf } = await import('../kit/mail-parts.js');
  const html = htmlOf(letter.raw);
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(html).not.toMatch(/<img|<script|href="[^"]*evil/);
  expect((await noticesOf(channelId)).every(({ status }) => status === 'SENT' || status === 'WAITING')).toBe(true);
});
