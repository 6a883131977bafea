import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GongAccount, type GongAccounts, startGongAccounts } from '../../kit/gong-accounts.js';
import {
  addContact,
  connectLink,
  formOf,
  GuestBrowser,
  keptMails,
  lastCode,
  reconnectLink,
  verifiedGuest,
  wrongCode,
} from '../../kit/guest.js';
import { clockAhead } from '../../kit/clock-ahead.js';
import { type TestHub, testHub } from '../../kit/hub.js';
import { until } from '../../kit/until.js';
import { connectedCustomer } from '../../kit/trip.js';

/** `npm test` does a share; `npm run soak` does all. */
const swaps = Number(process.env['LINK_SWAPS'] ?? 14);
const looks = Number(process.env['LINK_LOOKS'] ?? 150);
const atOnce = 50;

let hub: TestHub;
let accounts: GongAccounts;
let account: GongAccount;
let aheadMs = 0;
beforeAll(async () => {
  accounts = await startGongAccounts();
  account = await accounts.open();
  hub = await testHub(
    { ...accounts.env, PLATFORM_GONG_LIMITS: 'off' },
    {
      wrap: house => clockAhead(house, () => aheadMs),
    },
  );
});
beforeEach(() => {
  aheadMs = 0;
  account.tamper = undefined;
});
afterAll(async () => {
  await hub?.close();
  await accounts?.close();
});

async function invited() {
  const { createCustomer } = await hub.ask('mutation { createCustomer(input: { name: "Acme" }) { id } }');
  const customerId: string = createCustomer.id;
  const contact = await addContact(hub, customerId);
  const { address, link } = await connectLink(hub, customerId, contact.id);
  return { customerId, contact, address: address as string, linkId: link.id as string };
}

async function connections(customerId: string): Promise<number> {
  const document = 'query ($customerId: ID!) { connections(customerId: $customerId) { totalCount } }';
  return (await hub.ask(document, { customerId })).connections.totalCount;
}

async function actsOf(customerId: string): Promise<string[]> {
  const document = 'query ($customerId: ID!) { auditEntries(customerId: $customerId, first: 100) { nodes { act } } }';
  const { auditEntries } = await hub.ask(document, { customerId });
  return auditEntries.nodes.map(({ act }: { act: string }) => act);
}

async function stateOf(linkId: string, customerId: string): Promise<string> {
  const document = 'query ($customerId: ID!) { links(customerId: $customerId) { nodes { id state } } }';
  const { links } = await hub.ask(document, { customerId });
  return links.nodes.find(({ id }: { id: string }) => id === linkId).state;
}

const keys = () => ({ method: '0', ...formOf(account.secret) });
const revoke = (id: string) => hub.ask('mutation ($id: ID!) { revokeLink(id: $id) { state } }', { id });

describe('a link that somebody else got hold of connects nothing', () => {
  const scripts: readonly (readonly [
    what: string,
    script: (link: Awaited<ReturnType<typeof invited>>) => Promise<void>,
  ])[] = [
    [
      'the link itself, without the mailbox',
      async ({ address }) => {
        const thief = new GuestBrowser(hub.url);
        await thief.open(address);
        await thief.send('start');
        for (const code of ['', '0', 'abcdef', '１２３４５６', '000000 or 1=1']) await thief.send('code', { code });
        await thief.send('keys', keys());
        await thief.send('confirm');
      },
    ],
    [
      'the address after the first hop',
      async ({ address }) => {
        const owner = new GuestBrowser(hub.url);
        await owner.open(address);
        const thief = new GuestBrowser(hub.url);
        expect((await thief.open(`${hub.url}/connect`)).status).toBe(404);
        await thief.send('start');
        await thief.send('confirm');
      },
    ],
    [
      'a code that was sent for another browser',
      async ({ address, customerId }) => {
        const [thief, owner] = [new GuestBrowser(hub.url), new GuestBrowser(hub.url)];
        await Promise.all([thief.open(address), owner.open(address)]);
        await owner.send('start');
        const code = await lastCode(hub, customerId);
        aheadMs = 31_000;
        await thief.send('start');
        await thief.send('code', { code });
        await thief.send('keys', keys());
        await thief.send('confirm');
      },
    ],
    [
      'steps that are left out',
      async ({ address }) => {
        const thief = new GuestBrowser(hub.url);
        await thief.open(address);
        await thief.send('keys', keys());
        await thief.send('confirm');
        await thief.open(address);
        await thief.send('start');
        for (const step of ['keys', 'confirm', 'reject', 'colleague']) await thief.send(step, keys());
      },
    ],
    [
      'an address of the thief’s own for the code',
      async ({ address, customerId, contact }) => {
        const thief = new GuestBrowser(hub.url);
        await thief.open(address);
        await thief.send('start', { email: 'thief@evil.example', contactId: randomUUID() });
        const [mail] = await keptMails(hub, customerId);
        expect(mail?.recipientAddress).toBe(contact.email);
      },
    ],
    [
      'forms that another site sends from the owner’s browser',
      async ({ address, customerId }) => {
        const owner = await verifiedGuest(hub, customerId, address);
        const formKey = owner.formKey();
        const other = new GuestBrowser(hub.url);
        await other.open(address);
        const send = (step: string, values: Record<string, string>, headers: Record<string, string> = {}) =>
          owner.ask(`${hub.url}/connect/${step}`, { method: 'POST', body: new URLSearchParams(values), headers });
        for (const form of ['', 'x', other.formKey(), formKey.slice(1)]) await send('keys', { ...keys(), form });
        await send('keys', { ...keys(), form: formKey }, { 'sec-fetch-site': 'cross-site' });
        await send('keys', { ...keys(), form: formKey }, { 'sec-fetch-site': 'same-site' });
        expect((await owner.open(`${hub.url}/connect`)).title).toBe('Give access to Gong');
        await owner.send('confirm');
      },
    ],
    [
      'cookies that were made up or have become old',
      async ({ address, linkId }) => {
        const owner = new GuestBrowser(hub.url);
        await owner.open(address);
        const [[name, ticket] = ['', '']] = [...owner.cookies];
        const [, , until = '', nonce = '', seal = ''] = ticket.split('.');
        const thief = new GuestBrowser(hub.url);
        for (const forged of [
          `t.${linkId}.${until}.${nonce}.${'A'.repeat(43)}`,
          `t.${randomUUID()}.${until}.${nonce}.${seal}`,
          `t.${linkId}.${Number(until) + 1}.${nonce}.${seal}`,
          `t.${linkId}`,
          randomBytes(32).toString('base64url'),
          linkId,
        ]) {
          thief.cookies.set(name, forged);
          expect((await thief.open(`${hub.url}/connect`)).status).toBe(404);
        }
        aheadMs = 15 * 60_000 + 1_000;
        thief.cookies.set(name, ticket);
        expect((await thief.open(`${hub.url}/connect`)).status).toBe(404);
        await thief.send('start');
      },
    ],
    [
      'a visit that was left open',
      async ({ address, customerId }) => {
        const owner = await verifiedGuest(hub, customerId, address);
        await owner.send('keys', keys());
        aheadMs = 15 * 60_000 + 1_000;
        expect((await owner.send('confirm')).status).toBe(404);
      },
    ],
  ];

  test.each(scripts)('%s', async (_what, script) => {
    const link = await invited();

    await script(link);

    expect(await connections(link.customerId)).toBe(0);
    expect(await stateOf(link.linkId, link.customerId)).not.toBe('USED');
  });

  test('two browsers of the contact’s own: the first one wins, the other finds the link used', async () => {
    const { customerId, address } = await invited();
    const first = await verifiedGuest(hub, customerId, address);
    aheadMs = 31_000;
    const second = await verifiedGuest(hub, customerId, address);
    await Promise.all([first, second].map(guest => guest.send('keys', keys())));

    const pages = await Promise.all([first, second].map(guest => guest.send('confirm')));

    expect(pages.map(({ status }) => status).toSorted()).toEqual([200, 404]);
    expect(await connections(customerId)).toBe(1);
  });
});

describe('a code', () => {
  test('is void after five wrong tries, each of them written down; another one can be had', async () => {
    const { customerId, address } = await invited();
    const guest = new GuestBrowser(hub.url);
    await guest.open(address);
    await guest.send('start');
    const code = await lastCode(hub, customerId);

    for (const left of [4, 3, 2, 1]) {
      await guest.send('code', { code: wrongCode(code) });
      expect(guest.page.text).toContain(left === 1 ? 'one try left' : `${left} tries left`);
    }
    expect((await guest.send('code', { code: wrongCode(code) })).text).toContain('does not work any more');
    expect((await guest.send('code', { code })).title).toBe('Enter your code');
    expect((await actsOf(customerId)).filter(act => act === 'link.code-refused')).toHaveLength(5);
    expect((await guest.send('code/again')).text).toContain('wait half a minute');
    aheadMs = 31_000;
    await guest.send('code/again');

    expect((await guest.send('code', { code: await lastCode(hub, customerId) })).title).toBe('Give access to Gong');
  });

  test('is tried five times at most, however many tries come at once', async () => {
    const { customerId, address } = await invited();
    const guest = new GuestBrowser(hub.url);
    await guest.open(address);
    await guest.send('start');
    const code = await lastCode(hub, customerId);
    const form = guest.formKey();
    const guess = () =>
      guest.ask(`${hub.url}/connect/code`, {
        method: 'POST',
        body: new URLSearchParams({ form, code: wrongCode(code) }),
      });

    await Promise.all(Array.from({ length: 20 }, guess));

    expect((await actsOf(customerId)).filter(act => act === 'link.code-refused')).toHaveLength(5);
    expect((await guest.send('code', { code })).title).toBe('Enter your code');
  });

  test('is over after ten minutes', async () => {
    const { customerId, address } = await invited();
    const guest = new GuestBrowser(hub.url);
    await guest.open(address);
    await guest.send('start');
    const code = await lastCode(hub, customerId);
    aheadMs = 10 * 60_000 + 1_000;

    expect((await guest.send('code', { code })).text).toContain('does not work any more');
  });

  test('is sent six times at most, and fifteen wrong ones end the link', async () => {
    const { customerId, address, linkId } = await invited();
    const guest = new GuestBrowser(hub.url);
    await guest.open(address);
    await guest.send('start');
    for (let n = 2; n <= 6; n++) {
      aheadMs += 31_000;
      await guest.send('code/again');
    }
    aheadMs += 31_000;
    expect((await guest.send('code/again')).text).toContain('No more codes can be sent');
    const again = await invited();
    const guesser = new GuestBrowser(hub.url);
    await guesser.open(again.address);
    await guesser.send('start');
    for (let round = 0; round < 3; round++) {
      const code = wrongCode(await lastCode(hub, again.customerId));
      for (let n = 0; n < 5; n++) await guesser.send('code', { code });
      aheadMs += 31_000;
      await guesser.send('code/again');
    }

    expect(guesser.page.status).toBe(404);
    expect(await stateOf(again.linkId, again.customerId)).toBe('REVOKED');
    expect(await stateOf(linkId, customerId)).toBe('OPENED');
  });
});

describe('a link', () => {
  test(`is not used up by ${looks} looks of a scanner, which change nothing at all`, async () => {
    const { customerId, address, linkId } = await invited();
    const rows = () =>
      hub.database.query('select l.*, (select count(*) from link_visits) as visits from links l where id = $1', [
        linkId,
      ]);
    const before = await rows();

    for (let n = 0; n < looks; n += atOnce) {
      const method = n % (2 * atOnce) === 0 ? 'GET' : 'HEAD';
      const answers = await Promise.all(
        Array.from({ length: atOnce }, () => fetch(address, { method, redirect: 'manual' })),
      );
      expect(answers.map(({ status, headers }) => `${status} ${headers.get('location')}`)).toEqual(
        answers.map(() => '303 /connect'),
      );
    }

    expect(await rows()).toEqual(before);
    const guest = await verifiedGuest(hub, customerId, address);
    await guest.send('keys', keys());
    expect((await guest.send('confirm')).title).toBe('Connected');
  });

  test(`works once, however many say yes at once: ${atOnce} do`, async () => {
    const { customerId, address } = await invited();
    const guest = await verifiedGuest(hub, customerId, address);
    await guest.send('keys', keys());
    const [form, proposal] = [guest.formKey(), guest.proposal()];

    const answers = await Promise.all(
      Array.from({ length: atOnce }, () =>
        guest.ask(`${hub.url}/connect/confirm`, { method: 'POST', body: new URLSearchParams({ form, proposal }) }),
      ),
    );
    // Whoever clicks twice is never told that the link does not work.
    expect(answers.map(({ status }) => status)).not.toContain(404);

    const acts = await actsOf(customerId);
    expect(acts.filter(act => act === 'link.used')).toHaveLength(1);
    expect(acts.filter(act => /^(connection|credential)\./.test(act))).toEqual(['connection.connected']);
  });

  test('that does not work says the same to the byte, whatever the reason', async () => {
    const [used, expired, revoked, left] = [await invited(), await invited(), await invited(), await invited()];
    const { customerId, connectionId } = await connectedCustomer(hub, account);
    const ofDeleted = (await reconnectLink(hub, connectionId, (await addContact(hub, customerId)).id))
      .address as string;
    const guest = await verifiedGuest(hub, used.customerId, used.address);
    const before = await Promise.all(
      [expired, revoked, left].map(async ({ address }) => {
        const browser = new GuestBrowser(hub.url);
        await browser.open(address);
        return browser;
      }),
    );
    await guest.send('keys', keys());
    await guest.send('confirm');
    await hub.database.query('update links set expires_at = now() where id = $1', [expired.linkId]);
    await revoke(revoked.linkId);
    await hub.ask('mutation ($id: ID!) { endContact(id: $id) { id } }', { id: left.contact.id });
    await hub.database.query('delete from connections where id = $1', [connectionId]);

    const addresses = [used, expired, revoked, left].map(({ address }) => address);
    const strange = ['x', randomBytes(32).toString('base64url'), 'a/b', '..%2f', `${'x'.repeat(2_000)}`, '%00', "'--"];
    const answers = await Promise.all([
      ...[...addresses, ofDeleted, ...strange.map(path => `${hub.url}/connect/${path}`)].map(address =>
        fetch(address, { redirect: 'manual' }),
      ),
      ...before.map(browser => browser.ask(`${hub.url}/connect`)),
      fetch(`${hub.url}/connect`),
      fetch(`${hub.url}/connect/start`, { method: 'POST' }),
      fetch(`${hub.url}/connect/nothing`, { method: 'POST' }),
      fetch(addresses[0] as string, { method: 'DELETE' }),
    ]);

    const told = await Promise.all(
      answers.map(async answer => {
        const headers = [...answer.headers].filter(([name]) => name !== 'date');
        return JSON.stringify([answer.status, headers, await answer.text()]);
      }),
    );
    expect(new Set(told).size).toBe(1);
    expect(told[0]).toContain('404');
    expect(told[0]).not.toContain('set-cookie');
  });

  test('that does not work is written down when somebody looks at it, five times and no more; what looks like one, too', async () => {
    const { customerId, address, linkId } = await invited();
    await revoke(linkId);
    const look = async (at: string): Promise<void> => {
      expect((await fetch(at, { redirect: 'manual' })).status).toBe(404);
    };
    const linesOf = async (where: object): Promise<unknown[]> => {
      const document = `query ($c: ID) { auditEntries(customerId: $c, first: 100) { nodes { act target customerId } } }`;
      const { nodes } = (await hub.ask(document, where)).auditEntries;
      return nodes.filter(({ act }: { act: string }) => act === 'link.refused');
    };
    for (let n = 0; n < 7; n++) await look(address);
    await until('five lines', async () => (await linesOf({ c: customerId })).length === 5);

    await look(`${hub.url}/connect/${randomBytes(32).toString('base64url')}`);
    const none = { act: 'link.refused', target: 'link', customerId: null };
    await until('a line of the house', async () => JSON.stringify(await linesOf({})).includes(JSON.stringify(none)));
    expect(await linesOf({ c: customerId })).toHaveLength(5);
  });

  test('lets nothing of itself out: no secret in the log, the database, or to another site', async () => {
    const { customerId, address } = await invited();
    const secret = address.slice(address.lastIndexOf('/') + 1);
    const guest = await verifiedGuest(hub, customerId, address);
    const code = await lastCode(hub, customerId);
    const { headers } = guest.page;

    expect(guest.page.text + JSON.stringify([...headers])).not.toContain(secret);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(guest.page.text).not.toMatch(/<script|https?:|style=/);
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^patchbay-connect=[\w-]{43}; Max-Age=900; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    expect(hub.logged()).not.toContain(secret);
    const [dump] = await hub.database.query<{ all: string }>(
      `select (select string_agg(to_jsonb(l)::text, '') from links l) || (select string_agg(to_jsonb(v)::text, '') from link_visits v)
         || (select string_agg(to_jsonb(m)::text, '') from mails m) || (select string_agg(to_jsonb(f)::text, '') from facts f)
         || (select string_agg(to_jsonb(a)::text, '') from audit_entries a) as all`,
    );
    for (const hidden of [secret, `"${code}"`, ` ${code} `, account.secret['secret'] as string])
      expect(dump?.all).not.toContain(hidden);
  });

  test('of a hub with TLS puts its cookie under the host’s own name', async () => {
    const secure = await testHub({ PATCHBAY_PUBLIC_URL: 'https://hub.example.com' });
    const { createCustomer } = await secure.ask('mutation { createCustomer(input: { name: "Acme" }) { id } }');
    const contact = await addContact(secure, createCustomer.id);
    const { address } = await connectLink(secure, createCustomer.id, contact.id);
    const answer = await fetch(address.replace('https://hub.example.com', secure.url), { redirect: 'manual' });
    await secure.close();

    expect(address).toMatch(/^https:\/\/hub\.example\.com\/connect\/[\w-]{43}$/);
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-patchbay-connect=.*Path=\/;.*HttpOnly; Secure; SameSite=Lax$/,
    );
  });
});

describe('another account', () => {
  test(`is never taken for the one to be renewed: ${swaps} swaps`, async () => {
    const own = await accounts.open();
    const { customerId, connectionId } = await connectedCustomer(hub, own);
    const [connection] = await hub.database.query<{ account_id: string }>(
      'select account_id from connections where id = $1',
      [connectionId],
    );
    const id = connection?.account_id ?? '';
    const { address } = await reconnectLink(hub, connectionId, (await addContact(hub, customerId)).id);
    const guest = await verifiedGuest(hub, customerId, address);
    const stored = () =>
      hub.database.query(
        'select c.*, n.account_id, n.account_name, n.settings from credentials c join connections n on n.id = connection_id where connection_id = $1',
        [connectionId],
      );
    const before = await stored();
    // Everything else about the account stays: its name, its people, its calls.
    const others = [
      `${id}0`,
      `0${id}`,
      id.slice(1),
      ` ${id}`,
      `${id}\u200b`,
      `${BigInt(id) + 1n}`,
      '',
      null,
      undefined,
      {},
      [id],
      Number(id),
    ];

    let refused = 0;
    for (let n = 0; n < swaps; n++) {
      const other = n < others.length ? others[n] : String(BigInt(id) + BigInt(n));
      own.tamper = (path, body) =>
        path === '/v2/workspaces'
          ? { ...body, workspaces: body.workspaces.map((each: object) => ({ ...each, id: other })) }
          : body;
      await guest.send('keys', { method: '0', ...formOf(own.secret) });
      if (guest.page.title === 'Give access to Gong' && /role="alert"/.test(guest.page.text)) refused += 1;
      expect((await guest.send('confirm')).title).toBe('Give access to Gong');
    }

    expect(refused).toBe(swaps);
    expect(await stored()).toEqual(before);
    own.tamper = undefined;
    await guest.send('keys', { method: '0', ...formOf(own.secret) });
    expect((await guest.send('confirm')).title).toBe('Connected');
  });
});

describe('nobody is sent away', () => {
  const targets = [
    ...['https://evil.example', '//evil.example', '/\\evil.example', '\\\\evil.example', 'https:evil.example'],
    ...['javascript:alert(1)', 'data:text/html,x', '/%09/evil.example', '/%5cevil.example', '.evil.example'],
    ...['@evil.example', 'x%0d%0aLocation:%20https://evil.example', '%0d%0aSet-Cookie:%20a=b', '///evil.example/..'],
    ...[
      'http://127.0.0.1@evil.example',
      '/connect/../../evil.example',
      'https://evil.example/%2f..',
      '\u2028//evil.example',
    ],
    ...['/connect?next=//evil.example', 'ftp://evil.example'],
  ];

  test('by 60 addresses that try to', async () => {
    const { address } = await invited();
    const guest = new GuestBrowser(hub.url);
    await guest.open(address);
    const form = guest.formKey();
    const answers = [];
    for (const target of targets) {
      const query = ['next', 'return', 'redirect_uri', 'url', 'continue'].map(
        name => `${name}=${encodeURIComponent(target)}`,
      );
      answers.push(await guest.ask(`${address}?${query.join('&')}`));
      answers.push(await guest.ask(`${hub.url}/connect/${encodeURI(target)}`));
      const body = new URLSearchParams({ form: `${form}x`, next: target, return: target, redirect: target });
      answers.push(
        await guest.ask(`${hub.url}/connect/start?next=${encodeURIComponent(target)}`, { method: 'POST', body }),
      );
    }

    expect(answers).toHaveLength(60);
    const led = answers.map(({ headers }) => headers.get('location')).filter(where => where !== null);
    expect(new Set(led)).toEqual(new Set(['/connect']));
    expect(
      answers.flatMap(({ headers }) => headers.getSetCookie()).filter(set => !set.startsWith('patchbay-connect=')),
    ).toEqual([]);
  });
});

describe('behind a proxy that everybody comes through', () => {
  test('a stranger’s guesses and wrong keys shut neither the page nor the way back for others', async () => {
    const little = { perSecond: 0.01, burst: 20 };
    const proxied = await testHub({}, { limits: { visits: little, strangers: little } });
    const { createCustomer } = await proxied.ask('mutation { createCustomer(input: { name: "Acme" }) { id } }');
    const contact = await addContact(proxied, createCustomer.id);
    const { address } = await connectLink(proxied, createCustomer.id, contact.id);
    const guess = () => fetch(`${proxied.url}/connect/${randomBytes(32).toString('base64url')}`);
    const back = () =>
      fetch(`${proxied.url}/oauth/callback/gong?state=${'A'.repeat(43)}&code=x`, { redirect: 'manual' });
    for (let n = 0; n < 6; n++) await guess();
    for (let n = 0; n < 25; n++) await proxied.graphql('{ viewer { name } }', {}, 'pb_wrong');
    expect((await guess()).status).toBe(429);
    expect((await proxied.graphql('{ viewer { name } }', {}, 'pb_wrong')).status).toBe(429);

    const guest = await verifiedGuest(proxied, createCustomer.id, address);
    expect(guest.page.text).toContain('name="method"');
    expect((await back()).status).toBe(303);

    for (let n = 0; n < 20; n++) await back();
    const refused = await back();
    expect([refused.status, refused.headers.get('content-type')]).toEqual([429, 'text/html; charset=utf-8']);
    await proxied.close();
  });

  test('that is trusted, strangers are told apart by what it says of them, and it alone says it', async () => {
    const little = { perSecond: 0.01, burst: 20 };
    const ofHub = async (env: Record<string, string>) => {
      const proxied = await testHub(env, { limits: { visits: little, strangers: little } });
      const guess = async (forwarded: string) =>
        (
          await fetch(`${proxied.url}/connect/${randomBytes(32).toString('base64url')}`, {
            headers: { 'x-forwarded-for': forwarded },
          })
        ).status;
      for (let n = 0; n < 4; n++) await guess('203.0.113.9');
      const seen = [
        await guess('203.0.113.9'),
        await guess('198.51.100.7'),
        // Made up by the stranger, in front of what the proxy wrote.
        await guess('198.51.100.8, 203.0.113.9'),
        await guess('192.0.2.1, 127.0.0.2'),
      ];
      await proxied.close();
      return seen;
    };

    expect(await ofHub({})).toEqual([429, 429, 429, 429]);
    expect(await ofHub({ PATCHBAY_TRUSTED_PROXIES: '127.0.0.0/8' })).toEqual([429, 404, 429, 404]);
  });
});

test('whoever guesses addresses is soon made to wait', async () => {
  const guarded = await testHub({}, { limits: { visits: { perSecond: 0.01, burst: 20 } } });
  const guess = async () => {
    const { status, headers } = await fetch(`${guarded.url}/connect/${randomBytes(32).toString('base64url')}`);
    return { status, wait: headers.get('retry-after') };
  };
  const answers = [];
  for (let n = 0; n < 6; n++) answers.push(await guess());
  await guarded.close();

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 429, 429]);
  expect(Number(answers[4]?.wait)).toBeGreaterThan(0);
});
