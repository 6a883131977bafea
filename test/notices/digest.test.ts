/** A channel that asks for a summary gets what is not urgent all at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextDigest } from '../../src/notices/next-digest.js';
import { type WatchedHub, watchedHub } from '../kit/alerts.js';
import { type GongAccounts, startGongAccounts } from '../kit/gong-accounts.js';
import { type SlackDouble, slackAddress, startSlack } from '../kit/slack.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';
import { until } from '../kit/until.js';

let hub: WatchedHub;
let accounts: GongAccounts;
let slack: SlackDouble;
beforeAll(async () => {
  [accounts, slack] = await Promise.all([startGongAccounts(), startSlack()]);
  hub = await watchedHub({ ...accounts.env, ...slack.env });
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([accounts?.close(), slack?.close()]);
});

const setUp = 'mutation ($input: SetUpSlackInput!) { setUpSlack(input: $input) { id digest digestAt digestZone } }';
const change =
  'mutation ($input: ChangeNoticeChannelInput!) { changeNoticeChannel(input: $input) { digest digestAt digestZone } }';
const texts = (): string[] => slack.received.map(body => JSON.stringify(body));

test('news and warnings are one message at the time that was asked for, and errors do not wait for it', async () => {
  const account = await accounts.open({ calls: 5 });
  const { customerId, connectionId } = await connectedCustomer(hub, account);
  const digest = { every: 'DAILY', at: '08:00', timeZone: 'Europe/Berlin' };
  const { setUpSlack } = await hub.ask(setUp, { input: { name: 'team', address: slackAddress(), customerId, digest } });
  expect(setUpSlack).toMatchObject({ digest: 'DAILY', digestAt: '08:00', digestZone: 'Europe/Berlin' });
  const again = async (): Promise<void> => {
    await watchToEnd(hub, await startImport(hub, account, connectionId));
    await hub.look();
  };

  await hub.at('2026-12-01T12:00:00Z');
  await again();
  await again();
  await hub.database.query(
    "update connections set credential_health = 'broken', credential_checked_at = business_now()",
  );
  await hub.look();
  await hub.pass(3);
  await until('the error is there', () => slack.received.length === 1);
  expect(texts()[0]).toMatch(/Gong does not let us in/);
  expect(texts()[0]).not.toContain('Import done');

  await hub.at('2026-12-02T07:05:00Z');
  await until('the summary is there', () => slack.received.length === 2);
  expect(texts()[1]).toMatch(/Summary of the day: 2 notices.*(Import done: 5 calls.*About: Acme.*){2}/s);
  expect(texts()[1]).not.toContain('Asked for by');

  await hub.ask('mutation ($id: ID!) { sendTestNotice(channelId: $id) { id } }', { id: setUpSlack.id });
  await until('a test is there', () => slack.received.length === 3);
  expect(texts()[2]).toContain('This is a test');
  expect(texts()[2]).not.toContain('Summary');
  slack.received.pop();

  await hub.database.query("update connections set credential_health = 'valid'");
  await again();
  await hub.ask(change, { input: { id: setUpSlack.id, digest: null } });
  await hub.pass(3);
  await until('what waited comes when there is no summary any more', () => slack.received.length === 3);
  expect(texts()[2]).toMatch(/Import done: 5 calls/);
  expect(texts()[2]).toContain('Asked for by');

  for (const [field, value] of Object.entries({ at: '8', timeZone: 'Mars/Olympus' }))
    expect(
      (await hub.refused(change, { input: { id: setUpSlack.id, digest: { ...digest, [field]: value } } })).extensions,
    ).toMatchObject({ code: 'INVALID_INPUT', field: `input.digest.${field}` });
});

describe('the next summary', () => {
  test.each([
    ['DAILY', '2026-12-01T06:59:59Z', '2026-12-01T07:00:00Z'],
    ['DAILY', '2026-12-01T07:00:00Z', '2026-12-02T07:00:00Z'],
    // 2026-12-01 is a Tuesday.
    ['WEEKLY', '2026-12-01T07:00:00Z', '2026-12-07T07:00:00Z'],
    ['WEEKLY', '2026-12-07T06:00:00Z', '2026-12-07T07:00:00Z'],
    ['WEEKLY', '2026-12-07T07:00:00Z', '2026-12-14T07:00:00Z'],
    // The clock goes forward on the last Sunday of March.
    ['DAILY', '2027-03-27T12:00:00Z', '2027-03-28T06:00:00Z'],
    ['WEEKLY', '2027-03-27T12:00:00Z', '2027-03-29T06:00:00Z'],
  ] as const)('%s of what happens at %s comes at %s', (digest, now, then) => {
    const time = { digest: digest as never, at: '08:00', timeZone: 'Europe/Berlin' };
    expect(nextDigest(new Date(now), time)).toEqual(new Date(then));
  });
});
