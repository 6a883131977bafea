import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bareCustomer, createEndpoint, createEndpointDocument, happen } from '../kit/endpoints.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { isGenuine, type Receiver, startReceiver } from '../kit/receiver.js';
import { until } from '../kit/until.js';

let hub: TestHub;
let receiver: Receiver;
let customerId: string;
beforeAll(async () => {
  receiver = await startReceiver();
  hub = await testHub({ PATCHBAY_EGRESS_ALLOW: '127.0.0.1,127.0.0.3', PATCHBAY_ENDPOINT_ALLOW: '127.0.0.1' });
});
beforeEach(async () => {
  receiver.answer = undefined;
  receiver.received.length = 0;
  customerId = await bareCustomer(hub);
});
afterAll(async () => {
  await hub?.close();
  await receiver?.close();
});

const keyOf = async (input: object): Promise<string> => {
  const document = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
  return (await hub.ask(document, { input: { label: 'a key', ...input } })).createApiKey.secret;
};

test('an endpoint is created with a test message, and its secret is shown once and kept sealed', async () => {
  const url = `${receiver.url}/hooks`;
  const input = { customerId, url, types: ['CALLS_IMPORTED', 'CALLS_CHANGED'], description: 'the warehouse' };
  const { createEndpoint: made } = await hub.ask(createEndpointDocument, { input, once: 'one' });

  expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(made.test).toEqual({
    taken: true,
    statusCode: 204,
    durationMs: expect.any(Number),
    problem: null,
    reply: null,
  });
  expect(made.endpoint).toMatchObject({
    ...{ customerId, url, state: 'ACTIVE', types: ['CALLS_CHANGED', 'CALLS_IMPORTED'], description: 'the warehouse' },
  });
  const [first, ...more] = receiver.received;
  expect(more).toEqual([]);
  expect(first?.json).toMatchObject({ type: 'endpoint.test', version: 1, data: { endpointId: made.endpoint.id } });
  expect(isGenuine(made.secret, first!)).toBe(true);
  expect(isGenuine(made.secret, { ...first!, body: `${first!.body} ` })).toBe(false);

  // Kept sealed, and never told again.
  const kept = await hub.database.query('select t::text as row from endpoints t');
  expect(JSON.stringify(kept)).not.toContain(made.secret.slice(6));
  expect(hub.logged()).not.toContain(made.secret.slice(6));
  // But to whoever has not got the answer and asks again.
  const { createEndpoint: again } = await hub.ask(createEndpointDocument, { input, once: 'one' });
  expect(again).toMatchObject({ secret: made.secret, test: null, endpoint: { id: made.endpoint.id } });
  expect(receiver.received).toHaveLength(1);
  await hub.ask('mutation ($id: ID!) { deleteEndpoint(id: $id) { id } }', { id: made.endpoint.id });
  const gone = await hub.refused(createEndpointDocument, { input, once: 'one' });
  expect(gone.extensions).toMatchObject({ code: 'CONFLICT', field: 'idempotencyKey', remedy: expect.any(String) });
});

test('nothing is created for whoever does not wait for the answer, and the same again works', async () => {
  const arrived = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  receiver.answer = async (_, response) => {
    response.once('close', () => left.resolve());
    arrived.resolve();
    await left.promise;
  };
  const waiting = new AbortController();
  const input = { customerId, url: receiver.url };
  const asked = fetch(`${hub.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${hub.adminKey}` },
    body: JSON.stringify({ query: createEndpointDocument, variables: { input, once: 'slow' } }),
    signal: waiting.signal,
  }).catch(() => undefined);
  await arrived.promise;
  waiting.abort();
  await Promise.all([asked, left.promise]);

  receiver.answer = undefined;
  const { createEndpoint: made } = await hub.ask(createEndpointDocument, { input, once: 'slow' });
  expect(made).toMatchObject({ secret: expect.stringContaining('whsec_'), test: { taken: true } });
  const { endpoints } = await hub.ask('query ($c: ID) { endpoints(customerId: $c) { nodes { id } } }', {
    c: customerId,
  });
  expect(endpoints.nodes).toEqual([{ id: made.endpoint.id }]);
});

test('the message that the README shows is genuine', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const shown =
    /webhook-id: (\S+)\nwebhook-timestamp: (\d+)\nwebhook-signature: v1,(\S+)\n\n(\{.*\})\n```\n\n.*`whsec_(\S+)`/.exec(
      readme,
    );
  const [, id, timestamp, signature, body, secret = ''] = shown ?? [];

  const signed = createHmac('sha256', Buffer.from(secret, 'base64')).update(`${id}.${timestamp}.${body}`);
  expect(signature).toBe(signed.digest('base64'));
});

test.each([
  ['a private address', 'https://10.1.2.3/hooks', 'EGRESS_REFUSED'],
  ['this machine by another name', 'https://[::ffff:127.0.0.9]/hooks', 'EGRESS_REFUSED'],
  ['an address without TLS', 'http://93.184.216.34/hooks', 'EGRESS_REFUSED'],
  ['another port', 'https://93.184.216.34:25/hooks', 'EGRESS_REFUSED'],
  ['another scheme', 'ftp://example.com/hooks', 'INVALID_INPUT'],
  ['an address with a password', 'https://ada:secret@example.com/hooks', 'INVALID_INPUT'],
  ['no address', 'hooks', 'INVALID_INPUT'],
])('%s is refused, and what to do is said', async (_, url, code) => {
  const { extensions, message } = await hub.refused(createEndpointDocument, { input: { customerId, url } });

  expect(extensions).toMatchObject({ code, field: 'input.url', remedy: expect.any(String) });
  expect(message).not.toContain('secret@');
  const { endpoints } = await hub.ask('query ($c: ID) { endpoints(customerId: $c) { totalCount } }', { c: customerId });
  expect(endpoints.totalCount).toBe(0);
});

test('what is open to platforms inside is closed to endpoints, and the setting that opens it is named', async () => {
  const url = `http://127.0.0.3:${new URL(receiver.url).port}/`;
  const { extensions } = await hub.refused(createEndpointDocument, { input: { customerId, url } });

  expect(extensions).toMatchObject({
    code: 'EGRESS_REFUSED',
    remedy: expect.stringContaining('PATCHBAY_ENDPOINT_ALLOW'),
  });
});

test('an endpoint that redirects is refused, and nobody goes where it leads', async () => {
  receiver.answer = ({ path }, response) => {
    if (path !== '/hooks') return 204;
    response.writeHead(307, { location: `${receiver.url}/elsewhere` }).end();
    return undefined;
  };
  const { extensions, message } = await hub.refused(createEndpointDocument, {
    input: { customerId, url: `${receiver.url}/hooks` },
  });

  expect(extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input.url', remedy: expect.any(String) });
  expect(message).toContain('redirects');
  expect(receiver.received.map(({ path }) => path)).toEqual(['/hooks']);
});

test('a type that there is not is refused, and the nearest one is named', async () => {
  const input = { customerId, url: receiver.url, types: ['CALLS_IMPORTD'] };
  const { extensions, message } = await hub.refused(createEndpointDocument, { input });

  expect(extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input.types[0]', remedy: expect.any(String) });
  expect(message).toContain('CALLS_IMPORTED');
  const literal = await hub.refused('mutation { createEndpoint(input: { url: "x", types: [NOPE] }) { secret } }');
  expect(literal.extensions).toEqual(extensions);
  expect(literal.message).toContain('CALLS_IMPORTED');
});

test('one that does not know its secret yet is created all the same, and a test tells how it does later', async () => {
  receiver.answer = (_, response) =>
    void response.writeHead(401).end('<b>who\u202e\u0007 are you</b> http://evil.example');
  const { createEndpoint: made } = await hub.ask(createEndpointDocument, { input: { customerId, url: receiver.url } });

  expect(made.test).toMatchObject({ taken: false, statusCode: 401, problem: 'It answered 401.' });
  for (const active of ['\u202e', '\u0007', 'http://']) expect(made.test.reply).not.toContain(active);
  receiver.answer = undefined;
  const test = 'mutation ($id: ID!) { testEndpoint(id: $id) { taken statusCode problem } }';
  const { testEndpoint } = await hub.ask(test, { id: made.endpoint.id });
  expect(testEndpoint).toEqual({ taken: true, statusCode: 204, problem: null });
});

test('after a rotation messages carry both signatures, and a day later the new one alone', async () => {
  const { id, secret } = await createEndpoint(hub, { customerId, url: receiver.url });
  const { rotateEndpointSecret: rotated } = await hub.ask(
    'mutation ($id: ID!) { rotateEndpointSecret(id: $id) { secret test { taken } endpoint { earlierUntil } } }',
    { id },
  );
  expect(rotated).toMatchObject({ test: null, endpoint: { earlierUntil: expect.any(String) } });
  expect(rotated.secret).not.toBe(secret);

  await happen(hub, customerId);
  const both = await until('a message', () => receiver.messages()[0]);
  expect([isGenuine(rotated.secret, both), isGenuine(secret, both)]).toEqual([true, true]);

  await hub.database.query('update endpoints set earlier_until = now() where id = $1', [id]);
  await happen(hub, customerId);
  const one = await until('another message', () => receiver.messages()[1]);
  expect([isGenuine(rotated.secret, one), isGenuine(secret, one)]).toEqual([true, false]);
});

test('a customer has fifty endpoints at most', async () => {
  await createEndpoint(hub, { customerId, url: receiver.url });
  await hub.database.query(
    `insert into endpoints (id, customer_id, url, state, sealed, created_by, created_at, updated_at)
     select gen_random_uuid(), $1, 'https://acme.example', 'DISABLED', '', 'Ada', now(), now() from generate_series(2, 50)`,
    [customerId],
  );
  const refusal = await hub.refused(
    'mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { secret } }',
    { input: { customerId, url: receiver.url } },
  );
  expect(refusal.extensions).toMatchObject({ code: 'CONFLICT', remedy: expect.stringContaining('deleteEndpoint') });
});

test('an endpoint is changed, disabled, enabled and deleted', async () => {
  const { id } = await createEndpoint(hub, { customerId, url: receiver.url });
  const update = `mutation ($input: UpdateEndpointInput!) {
    updateEndpoint(input: $input) { url types description state disabledBecause } }`;
  const change = async (input: object) => (await hub.ask(update, { input: { id, ...input } })).updateEndpoint;

  expect(await change({ types: ['ALERT_OPENED'], description: 'pager' })).toMatchObject({
    ...{ url: receiver.url, types: ['ALERT_OPENED'], description: 'pager', state: 'ACTIVE' },
  });
  expect(await change({ types: null, url: `${receiver.url}/new` })).toMatchObject({
    types: null,
    url: `${receiver.url}/new`,
  });
  const refusal = await hub.refused(update, { input: { id, url: 'https://192.168.0.1/' } });
  expect(refusal.extensions).toMatchObject({ code: 'EGRESS_REFUSED', field: 'input.url' });
  expect(await change({ enabled: false })).toMatchObject({ state: 'DISABLED', disabledBecause: expect.any(String) });
  await happen(hub, customerId);
  expect(await change({ enabled: true })).toMatchObject({ state: 'ACTIVE', disabledBecause: null });
  const { deleteEndpoint } = await hub.ask('mutation ($id: ID!) { deleteEndpoint(id: $id) { id } }', { id });
  expect(deleteEndpoint.id).toBe(id);
  const gone = await hub.refused('query ($id: ID!) { endpoint(id: $id) { id } }', { id });
  expect(gone.extensions.code).toBe('NOT_FOUND');
  const trail = await hub.ask('query ($c: ID!) { auditEntries(customerId: $c) { nodes { act } } }', { c: customerId });
  expect(trail.auditEntries.nodes.map(({ act }: { act: string }) => act)).toContain('endpoint.deleted');
});

test('a customer keeps its own endpoints, and only admins and services hear of every customer', async () => {
  const key = await keyOf({ role: 'CUSTOMER', customerId });
  const own = await hub.ask(createEndpointDocument, { input: { url: receiver.url } }, key);
  expect(own.createEndpoint.endpoint.customerId).toBe(customerId);
  const other = await bareCustomer(hub);
  const foreign = await createEndpoint(hub, { customerId: other, url: receiver.url });
  const refused = await hub.refused(createEndpointDocument, { input: { customerId: other, url: receiver.url } }, key);
  expect(refused.extensions.code).toBe('NOT_FOUND');
  for (const verb of ['deleteEndpoint', 'rotateEndpointSecret { secret }', 'testEndpoint { taken }']) {
    const [name, selected = '{ id }'] = [verb.split(' ')[0], /{.*}/.exec(verb)?.[0]];
    const { extensions } = await hub.refused(
      `mutation ($id: ID!) { ${name}(id: $id) ${selected} }`,
      { id: foreign.id },
      key,
    );
    expect(extensions.code).toBe('NOT_FOUND');
  }

  const cs = await hub.refused(createEndpointDocument, { input: { url: receiver.url } }, await keyOf({ role: 'CS' }));
  expect(cs.extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'input.customerId', remedy: expect.any(String) });
  const all = await createEndpoint(hub, { url: `${receiver.url}/all` });
  const changes = [...(await happen(hub, customerId)), ...(await happen(hub, other))];
  await until('changes of both customers', () => receiver.messages('/all').length === changes.length);
  const { endpoints } = await hub.ask('{ endpoints { nodes { id } } }', {}, key);
  expect(endpoints.nodes).toEqual([{ id: own.createEndpoint.endpoint.id }]);
  const { deliveries } = await hub.ask('{ deliveries { nodes { endpointId } } }', {}, key);
  expect(deliveries.nodes.every(({ endpointId }: { endpointId: string }) => endpointId !== all.id)).toBe(true);
});
