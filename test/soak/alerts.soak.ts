import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { GuestBrowser } from '../kit/guest.js';
import { textOf } from '../kit/mail-parts.js';
import { until } from '../kit/until.js';
import { type AlertWorld, openAlertWorld, type Sufferer } from './alerts/world.js';

const share = Number(process.env['SOAK_SHARE'] ?? 1);
const platforms = 25;
/** Of each platform. */
const ofEach = Math.max(1, Math.round(20 * share));
const many = platforms * ofEach;
const minuteMs = 60_000;

const percentile = (values: readonly number[], p: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))] ?? Number.NaN;
const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** The reconnect links that were mailed to somebody. */
function linksTo({ mail }: AlertWorld, email: string): string[] {
  return mail.received.flatMap(({ to, raw }) => {
    if (!to.includes(email)) return [];
    return textOf(raw).match(/http:\/\/127\.0\.0\.1:\d+\/connect\/[\w-]{43}/g) ?? [];
  });
}

test(`N01: ${many} connections lose their grant singly`, async () => {
  // A day in a quarter of an hour: of each platform one in 40 seconds, so that none is one of five within two minutes.
  const apartMs = 40_000 / platforms;
  const world = await openAlertWorld({ platforms, connections: ofEach, bystanders: 100, channels: 'each' });
  try {
    const inTurn = world.sufferers.toSorted((a, b) => turnOf(a) - turnOf(b));
    const brokeAt = new Map<string, number>();
    const startedAt = Date.now();
    for (const [nth, sufferer] of inTurn.entries()) {
      await sleep(Math.max(0, startedAt + nth * apartMs - Date.now()));
      world.ended.add(sufferer.refreshToken);
      brokeAt.set(sufferer.connectionId, Date.now());
      await world.refreshNow(sufferer);
    }
    const tookMs = Date.now() - startedAt;
    const isTold = ({ email, slackPath }: Sufferer): boolean => world.told.has(email) && world.told.has(slackPath);
    await until('everybody is told', () => inTurn.every(isTold), 5 * minuteMs);
    // Whatever came twice would have come by now.
    await sleep(2 * minuteMs);
    const waits = (name: 'email' | 'slackPath'): number[] =>
      inTurn.map(each => (world.told.get(each[name])?.[0] ?? 0) - (brokeAt.get(each.connectionId) ?? 0));
    const [mails, posts] = [waits('email'), waits('slackPath')];
    const twice = inTurn.filter(each => [each.email, each.slackPath].some(name => world.told.get(name)?.length !== 1));
    let valid = 0;
    for (const { email } of inTurn) {
      const [link, ...more] = linksTo(world, email);
      if (link !== undefined && more.length === 0 && (await new GuestBrowser(world.url).open(link)).status === 200)
        valid += 1;
    }
    const pages = await pagesOf(world);
    console.info(
      `N01: ${many} connections broke in ${(tookMs / minuteMs).toFixed(1)} min; reconnect mail p50 ${inSeconds(percentile(mails, 0.5))}, p95 ${inSeconds(percentile(mails, 0.95))}, most ${inSeconds(Math.max(...mails))}; ` +
        `Slack p50 ${inSeconds(percentile(posts, 0.5))}, p95 ${inSeconds(percentile(posts, 0.95))}, most ${inSeconds(Math.max(...posts))}; ${twice.length} told twice; links that work: ${valid} of ${many}; pages: ${pages}`,
    );
    expect({ twice: twice.length, valid, pages }).toEqual({ twice: 0, valid: many, pages: 0 });
    expect(percentile(mails, 0.95)).toBeLessThanOrEqual(2 * minuteMs);
    expect(percentile(posts, 0.95)).toBeLessThanOrEqual(2 * minuteMs);
  } finally {
    await world.close();
  }
});

/** One of each platform after the other. */
const turnOf = ({ email }: Sufferer): number => Number(/-(\d+)@/.exec(email)?.[1]);

async function pagesOf(world: AlertWorld): Promise<number> {
  const [row] = await world.database.query<{ n: number }>(
    "select count(*)::integer as n from alerts where severity = 'PAGE' and opened_at is not null",
  );
  return row?.n ?? Number.NaN;
}

/** All of them refresh within five minutes. */
async function refreshAll(world: AlertWorld): Promise<void> {
  const apartMs = (5 * minuteMs) / world.sufferers.length;
  const startedAt = Date.now();
  for (const [nth, sufferer] of world.sufferers.entries()) {
    await sleep(Math.max(0, startedAt + nth * apartMs - Date.now()));
    await world.refreshNow(sufferer);
  }
}

const openAlerts = async (world: AlertWorld): Promise<number> =>
  (await world.ask('{ alerts { totalCount } }')).alerts.totalCount;
const mailsTo = (world: AlertWorld): number => world.sufferers.filter(({ email }) => world.told.has(email)).length;

test(`N02: the secret of an app is broken for ${many} connections`, async () => {
  const world = await openAlertWorld({ platforms: 1, connections: many, bystanders: 0, channels: 'one' });
  try {
    world.acceptedSecret = 'the-new-secret';
    await refreshAll(world);
    await sleep(3 * minuteMs);
    const [pages, posts, mails] = [await pagesOf(world), world.slack.received.length, mailsTo(world)];
    const mendedAt = Date.now();
    await world.ask('mutation ($input: SetPlatformAppInput!) { setPlatformApp(input: $input) { clientId } }', {
      input: { platform: 'made0', clientId: 'the-app', clientSecret: world.acceptedSecret },
    });
    await until('all alerts are over', async () => (await openAlerts(world)) === 0, 5 * minuteMs);
    const overMs = Date.now() - mendedAt;
    await sleep(2 * minuteMs);
    console.info(
      `N02: ${many} connections within 5 min: pages ${pages}, Slack messages ${posts} (${world.slack.received.length} with the one that it is over), mails to customers ${mails}; all over ${inSeconds(overMs)} after the app was set anew`,
    );
    expect({ pages, mails, after: mailsTo(world) }).toEqual({ pages: 1, mails: 0, after: 0 });
    expect(world.slack.received.length).toBeLessThanOrEqual(3);
  } finally {
    await world.close();
  }
});

test(`N02: a platform ends the grants of ${many} connections at once`, async () => {
  const world = await openAlertWorld({ platforms: 1, connections: many, bystanders: 0, channels: 'one' });
  try {
    for (const { refreshToken } of world.sufferers) world.ended.add(refreshToken);
    await refreshAll(world);
    await sleep(3 * minuteMs);
    const [pages, posts, mails] = [await pagesOf(world), world.slack.received.length, mailsTo(world)];
    const { alerts } = await world.ask('{ alerts(kinds: [MANY_CONNECTIONS]) { nodes { id } } }');
    await world.ask('mutation ($id: ID!) { resolveAlert(id: $id) { id } }', { id: alerts.nodes[0].id });
    await until('every customer is asked', () => mailsTo(world) === many, 10 * minuteMs);
    await sleep(minuteMs);
    const twice = world.sufferers.filter(({ email }) => world.told.get(email)?.length !== 1).length;
    console.info(
      `N02: ${many} grants ended within 5 min: pages ${pages}, Slack messages ${posts}, mails to customers ${mails}; after somebody had resolved the page ${mailsTo(world)} customers were asked, ${twice} of them twice`,
    );
    expect({ pages, mails, twice }).toEqual({ pages: 1, mails: 0, twice: 0 });
    expect(posts).toBeLessThanOrEqual(3);
  } finally {
    await world.close();
  }
});
