import { randomBytes } from 'node:crypto';
import { ask } from '../../kit/client.js';
import { type FreshDatabase, freshDatabase } from '../../kit/database.js';
import { hubEnv } from '../../kit/hub.js';
import { startMailServer } from '../../kit/mail-server.js';
import { startHubProcess } from '../../kit/processes.js';
import { slackAddress, startSlack } from '../../kit/slack.js';
import { until } from '../../kit/until.js';

/** Where a hub dies, from taking notices to noting that they were told. */
export const points = [
  'after taking notices',
  'notices taken',
  'before chat request',
  'after chat reply',
  'before handing mail in',
  'after handing mail in',
  'before noting notices',
  'after noting notices',
  'notices noted',
] as const;

/** What came of so many kills. */
export interface NotifierVerdict {
  readonly kills: number;
  readonly notices: number;
  /** Messages that were never told. */
  readonly lost: number;
  readonly repeated: number;
  /** How often one kill has repeated any one message at most. Several are on their way at a time, to different channels. */
  readonly repeatedAtMost: number;
  /** Repeats under another key. */
  readonly invented: number;
}

/** Kills a hub at each of these points in turn, while it tells Slack and a person by mail. */
export async function playNotifierKills(
  kills: readonly string[],
  hear: (done: number) => void = () => undefined,
): Promise<NotifierVerdict> {
  const [database, mail, slack] = [await freshDatabase(), await startMailServer(), await startSlack()];
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const env = {
    ...{ ...hubEnv(database.url, adminKey), ...slack.env, PATCHBAY_ROLE: 'all' },
    ...{ PATCHBAY_SMTP_URL: mail.url, PATCHBAY_MAIL_FROM: 'Patchbay <hub@patchbay.example>' },
  };
  /** Keys of what was told, in order. */
  const told = (): string[] => [
    ...slack.received.map(({ blocks }) => String(blocks[0].block_id)),
    ...mail.received.map(letter => /<([^@]+)@/.exec(letter.header('Message-ID') ?? '')?.[1] ?? ''),
  ];
  const timesTold = (): Map<string, number> =>
    new Map([...Map.groupBy(told(), key => key)].map(([key, times]) => [key, times.length]));
  try {
    const channels = await setUp(env, adminKey);
    let repeatedAtMost = 0;
    for (const [nth, point] of kills.entries()) {
      const before = timesTold();
      const hub = await startHubProcess(env, point);
      const document =
        'mutation ($a: ID!, $b: ID!) { a: sendTestNotice(channelId: $a) { id } b: sendTestNotice(channelId: $b) { id } }';
      await Promise.race([ask(hub.url, adminKey, document, channels).catch(() => undefined), hub.ended]);
      await until(
        `the hub has died ${point}`,
        async () => {
          await tryNow(database);
          return hub.child.signalCode !== null;
        },
        60_000,
      );
      await hub.ended;
      const repeats = [...timesTold()].map(([key, times]) => times - Math.max(1, before.get(key) ?? 0));
      repeatedAtMost = Math.max(repeatedAtMost, ...repeats);
      hear(nth + 1);
    }
    const last = await startHubProcess(env);
    await until(
      'everything is told',
      async () => {
        await tryNow(database);
        const waiting = await database.query("select from notices where status <> 'SENT'");
        return waiting.length === 0;
      },
      60_000,
    );
    last.kill();
    await last.ended;
    const messages = await database.query<{ id: string }>('select id from notice_messages');
    const [notices] = await database.query<{ n: number }>('select count(*)::integer as n from notices');
    const [all, keys] = [told(), new Set(told())];
    return {
      ...{ kills: kills.length, notices: notices?.n ?? 0, repeated: all.length - keys.size, repeatedAtMost },
      lost: messages.filter(({ id }) => !keys.has(id)).length,
      invented: [...keys].filter(key => !messages.some(({ id }) => id === key)).length,
    };
  } finally {
    await Promise.all([mail.close(), slack.close()]);
    await database.drop();
  }
}

async function setUp(env: Readonly<Record<string, string>>, adminKey: string): Promise<{ a: string; b: string }> {
  const hub = await startHubProcess(env);
  const data = await ask(
    hub.url,
    adminKey,
    `mutation ($slack: SetUpSlackInput!, $staff: CreateStaffInput!) {
       setUpSlack(input: $slack) { id } createStaff(input: $staff) { id } }`,
    {
      slack: { name: 'desk', address: slackAddress() },
      staff: { name: 'Grace Hopper', email: 'grace@patchbay.example', role: 'CS' },
    },
  );
  const { setUpMail } = await ask(hub.url, adminKey, 'mutation ($i: SetUpMailInput!) { setUpMail(input: $i) { id } }', {
    i: { name: 'Grace', recipientId: data.createStaff.id },
  });
  hub.kill();
  await hub.ended;
  return { a: data.setUpSlack.id, b: setUpMail.id };
}

/** As if the time of whoever died before were over. */
const tryNow = (database: FreshDatabase): Promise<unknown> =>
  database.query(
    "update notice_messages set try_at = now() where status = 'WAITING' and try_at > now() + interval '30 seconds'",
  );
