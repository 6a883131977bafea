import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import ringcentral from '../../connections/ringcentral/simulator.js';
import { webhooks } from '../../connections/ringcentral/webhooks.js';

import type { Request } from '#connector';
import { startSandbox } from '../../src/sandbox/server.js';
import { openApiSpec } from '../kit/openapi-spec.js';

const spec = openApiSpec('ringcentral/ringcentral-openapi.calls.json');
const { setUp } = webhooks;
if (setUp.by !== 'hub') throw new Error('The hub sets it up.');
const { subscribe, renew, unsubscribe, list } = setUp;

/** As the vendor's description shows it. */
const subscription = {
  id: '95fecfc9-9cdc-4e94-a78a-89fd65889d37',
  uri: 'https://platform.ringcentral.com/restapi/v1.0/subscription/95fecfc9-9cdc-4e94-a78a-89fd65889d37',
  eventFilters: ['/restapi/v1.0/account/~/telephony/sessions?statusCode=Disconnected'],
  status: 'Active',
  creationTime: '2026-03-10T18:07:52.534Z',
  expirationTime: '2026-03-17T18:07:52.534Z',
  expiresIn: 604_800,
  deliveryMode: { transportType: 'WebHook', address: 'https://hub.example/in', encryption: false },
};

test('what was granted counts, not what was asked for', () => {
  expect(subscribe.read(subscription)).toEqual({
    id: '95fecfc9-9cdc-4e94-a78a-89fd65889d37',
    url: 'https://hub.example/in',
    expiresAt: '2026-03-17T18:07:52.534Z',
    isBlocked: false,
  });
});

test('a subscription that was given up is told from one that lives', () => {
  const blocked = { ...subscription, status: 'Blacklisted', blacklistedData: { reason: 'Max attempts' } };

  expect(list?.read({ uri: '', records: [subscription, blocked] }).map(({ isBlocked }) => isBlocked)).toEqual([
    false,
    true,
  ]);
});

test('the token that events must carry goes along when the subscription is made', () => {
  expect(subscribe.request({ url: 'https://hub.example/in', secret: 's3cret' })).toMatchObject({
    method: 'POST',
    path: '/restapi/v1.0/subscription',
    body: {
      deliveryMode: { transportType: 'WebHook', address: 'https://hub.example/in', verificationToken: 's3cret' },
      expiresIn: 604_800,
    },
  });
});

test('a reminder means that the subscription is about to end', () => {
  expect(webhooks.hints({ event: '/restapi/v1.0/subscription/95fecfc9?threshold=86400', body: {} })).toEqual([
    { kind: 'subscription-ends' },
  ]);
});

test.skipIf(!spec)('subscriptions are made, renewed, listed and ended as the description has it', async () => {
  const problems: string[] = [];
  const of = await startSandbox({
    ...{ platform: ringcentral, calls: 1, seed: 1, limits: 'off' },
    ...{ from: '2026-01-05T00:00:00Z', to: '2026-01-12T00:00:00Z' },
    onExchange: exchange =>
      problems.push(
        ...(spec?.requestProblems(exchange.request) ?? []),
        // Refusals have the form that the guides show, and not that of the description.
        ...(exchange.reply.status < 400 ? (spec?.replyProblems(exchange) ?? []) : []),
      ),
  });
  // Whoever subscribes shows that the address is theirs.
  const receiver = createServer(({ headers }, response) => {
    response.writeHead(200, { 'validation-token': String(headers['validation-token']) }).end();
  });
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    receiver.close();
    await of.close();
  });
  const token = of.oauth?.makeGrant().accessToken;
  const send = async ({ path, method = 'GET', body }: Request) => {
    const reply = await fetch(of.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: reply.status, body: reply.status === 204 ? undefined : await reply.json() };
  };

  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`;
  const made = await send(subscribe.request({ url, secret: 's3cret' }));
  const { id } = subscribe.read(made.body);
  const renewed = await send(renew?.request(id) ?? { path: '' });
  const listed = await send(list?.request() ?? { path: '' });
  const ended = [await send(unsubscribe(id)), await send(unsubscribe(id))];

  expect([made, renewed, listed, ...ended].map(({ status }) => status)).toEqual([200, 200, 200, 204, 404]);
  expect(list?.read(listed.body).map(each => each.id)).toEqual([id]);
  expect(problems).toEqual([]);
});
