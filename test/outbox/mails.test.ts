import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.js';
import type { Mailer } from '../../src/core/ports.js';
import { openMailer } from '../../src/infra/mail.js';
import { feature, postMail, sendMails } from '../../src/outbox/index.js';
import { inTransaction } from '../../src/scope.js';
import { ask, graphql } from '../kit/client.js';
import { type MailServer, startMailServer } from '../kit/mail-server.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';
import { until } from '../kit/until.js';

let hub: SmallHub;
let server: MailServer;
let mailer: ReturnType<typeof openMailer>;
let customerId: string;
beforeAll(async () => {
  server = await startMailServer();
  hub = await openSmallHub(feature);
  mailer = mailerAt(server.url);
});
beforeEach(async () => {
  server.answer = undefined;
  const { createCustomer } = await ask(
    hub.url,
    hub.adminKey,
    'mutation { createCustomer(input: { name: "Acme" }) { id } }',
  );
  customerId = createCustomer.id;
});
afterAll(async () => {
  await mailer?.close();
  await hub?.close();
  await server?.close();
});

/** As the configuration has it. */
function mailerAt(url: string): ReturnType<typeof openMailer> {
  const { smtpUrl, mailFrom } = readConfig({
    PATCHBAY_SMTP_URL: url,
    PATCHBAY_MAIL_FROM: 'Example Ltd <hub@example.com>',
  });
  if (smtpUrl === undefined || mailFrom === undefined) throw new Error('No mail server was configured.');
  return openMailer({ url: smtpUrl, from: mailFrom });
}

const letter = {
  to: { name: 'Ada', address: 'ada@acme.example' },
  language: 'en',
  subject: 'Your code',
  text: 'The code is 123456.',
};

async function post(mail: Partial<typeof letter & { usefulUntil: Date }> = {}, by: Mailer | null = mailer) {
  const usefulUntil = new Date(Date.now() + 600_000);
  await inTransaction({ ...hub.scope(), mailer: by ?? undefined }, inside =>
    postMail(inside, { customerId, usefulUntil, ...letter, ...mail }),
  );
}

/** The only mail of this test's customer. */
async function theMail() {
  const document = `query ($customerId: ID!) { mails(customerId: $customerId) {
    nodes { id recipientName recipientAddress subject status attempts problem sentAt text } } }`;
  const { mails } = await ask(hub.url, hub.adminKey, document, { customerId });
  expect(mails.nodes).toHaveLength(1);
  return mails.nodes[0];
}

/** Works as a worker does, until the mail is as wanted. */
async function sendUntil(wanted: (mail: any) => boolean, by: Mailer = mailer) {
  const end = new AbortController();
  const working = sendMails({ ...hub.house, mailer: by }, end.signal);
  const mail = await until('the mail is as wanted', async () => {
    const now = await theMail();
    return wanted(now) ? now : undefined;
  });
  end.abort();
  await working;
  return mail;
}

const makeDue = () => hub.database.query('update mails set due_at = now() where customer_id = $1', [customerId]);
const ours = (id: string) => server.received.filter(mail => mail.header('message-id')?.includes(id));

describe('a mail', () => {
  test('is handed in at the mail server, and what it said is then forgotten', async () => {
    await post();

    const { id, ...mail } = await sendUntil(({ status }) => status === 'SENT');

    expect(mail).toMatchObject({ attempts: 1, problem: null, text: null, sentAt: expect.any(String) });
    const [received, ...more] = ours(id);
    expect(more).toEqual([]);
    expect(received?.to).toEqual(['ada@acme.example']);
    expect(received?.raw).toContain('The code is 123456.');
    expect(received?.header('from')).toBe('Example Ltd <hub@example.com>');
    expect(received?.header('message-id')).toBe(`<${id}@example.com>`);
    const [row] = await hub.database.query<{ size: number }>('select length(sealed) as size from mails where id = $1', [
      id,
    ]);
    expect(row?.size).toBe(0);
  });

  test('is tried again when the server is not ready, as the same mail', async () => {
    await post();
    const seen: (string | undefined)[] = [];
    server.answer = mail => {
      seen.push(mail.header('message-id'));
      return seen.length === 1 ? 451 : undefined;
    };
    const waiting = await sendUntil(({ problem }) => problem !== null);
    expect(waiting).toMatchObject({ status: 'WAITING', attempts: 1 });
    expect(waiting.problem).toMatch(/^127\.0\.0\.1 did not take the mail \(\w+ 451\)/);

    await makeDue();
    await sendUntil(({ status }) => status === 'SENT');

    expect(seen).toEqual([`<${waiting.id}@example.com>`, `<${waiting.id}@example.com>`]);
  });

  test('that the server refuses for good is dead, and staff see why', async () => {
    await post();
    server.answer = () => 550;

    const dead = await sendUntil(({ status }) => status === 'DEAD');

    expect(dead).toMatchObject({ attempts: 1, text: null });
    expect(dead.problem).toMatch(/refuses this mail for good/);
  });

  test('is not sent when it is of no use any more', async () => {
    await post({ usefulUntil: new Date(Date.now() - 1) });

    const dead = await sendUntil(({ status }) => status === 'DEAD');

    expect(dead.problem).toMatch(/of no use any more/);
    expect(ours(dead.id)).toEqual([]);
  });

  test('whose sender died before it was noted is sent once more, under the same Message-ID', async () => {
    await post();
    const handedIn = Promise.withResolvers<void>();
    const dying = new AbortController();
    const late = Promise.withResolvers<void>();
    const first = sendMails(
      {
        ...hub.house,
        mailer: {
          async send(mail) {
            await mailer.send(mail);
            handedIn.resolve();
            await late.promise;
            throw new Error('Too late to matter.');
          },
        },
      },
      dying.signal,
    );
    await handedIn.promise;
    dying.abort();
    await makeDue();

    const { id } = await sendUntil(({ status }) => status === 'SENT');
    late.resolve();
    await first;

    expect(ours(id)).toHaveLength(2);
    expect(await theMail()).toMatchObject({ status: 'SENT', attempts: 2, problem: null });
  });

  test('says names as they are, and lets none of them become a header, an address or a link', async () => {
    const name = 'Ada\r\nBcc: evil@evil.example\u202e <x@y.example> https://evil.example/x';
    await post({ to: { name, address: 'ada@acme.example' }, subject: `For ${name}` });

    const { id, recipientName, subject } = await sendUntil(({ status }) => status === 'SENT');

    const [received] = ours(id);
    expect(received?.to).toEqual(['ada@acme.example']);
    expect(received?.header('bcc')).toBeUndefined();
    expect(`${recipientName} ${subject}`).not.toMatch(/[\r\n\u202e]|https:\/\/|evil\.example|y\.example/);
    expect(recipientName.replaceAll('\u2060', '')).toBe(
      'Ada Bcc: evil@evil.example <x@y.example> https://evil.example/x',
    );
  });
});

test('a server whose certificate nobody vouches for gets no mail', async () => {
  const stranger = await startMailServer({ hideSTARTTLS: false });
  await post();

  const waiting = await sendUntil(({ problem }) => problem !== null, mailerAt(stranger.url));

  expect(waiting.status).toBe('WAITING');
  expect(stranger.received).toEqual([]);
  await stranger.close();
});

test('a fault of ours is not said to be the server’s, and is logged as ours', async () => {
  const logged: string[] = [];
  await post();
  const end = new AbortController();
  const house = {
    ...hub.house,
    log: { ...hub.house.log, error: (words: string) => void logged.push(words) },
    mailer: { send: () => Promise.reject(new TypeError('No such thing.')) },
  };
  const working = sendMails(house, end.signal);

  const waiting = await until('the mail was tried', async () => {
    const mail = await theMail();
    return mail.problem === null ? undefined : mail;
  });
  end.abort();
  await working;

  expect(waiting).toMatchObject({ status: 'WAITING', attempts: 1 });
  expect(waiting.problem).toMatch(/^Something went wrong on our side/);
  expect(logged).toEqual(['A mail could not be sent by a fault of ours.']);
});

test('without a mail server mails are kept, and admins and customer success read them', async () => {
  await post({}, null);
  const kept = await theMail();
  expect(kept).toMatchObject({ status: 'KEPT', attempts: 0, text: letter.text });

  const document = `{ mails(customerId: "${customerId}") { nodes { text } } }`;
  const answers = await Promise.all(
    ['CS', 'SERVICE', 'SALES'].map(async role => graphql(hub.url, await hub.key(role), document)),
  );
  const customers = await graphql(hub.url, await hub.key('CUSTOMER', { customerId }), document);

  expect(answers[0]?.data.mails.nodes).toEqual([{ text: letter.text }]);
  for (const answer of [...answers.slice(1), customers]) expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

test('whoever reads what a kept mail says is written down, and once it is of no use nobody reads it', async () => {
  await post({}, null);
  const document = 'query ($c: ID!) { mails(customerId: $c) { nodes { id text } } }';
  const read = async () => (await ask(hub.url, hub.adminKey, document, { c: customerId })).mails.nodes;
  const readings = async () => {
    const trail = 'query ($c: ID!) { auditEntries(customerId: $c) { nodes { act details } } }';
    const { auditEntries } = await ask(hub.url, hub.adminKey, trail, { c: customerId });
    return auditEntries.nodes.filter(({ act }: { act: string }) => act === 'mail.read');
  };

  const [{ id, text }] = await read();

  expect(text).toBe(letter.text);
  expect(await readings()).toMatchObject([{ details: { mails: [{ id, to: 'Ada', subject: letter.subject }] } }]);
  expect(JSON.stringify(await readings())).not.toContain('123456');
  await hub.database.query('update mails set useful_until = now() where id = $1', [id]);
  expect(await read()).toEqual([{ id, text: null }]);
  expect(await readings()).toHaveLength(1);
});
