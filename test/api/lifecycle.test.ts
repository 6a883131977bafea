import { once } from 'node:events';
import { beforeEach, expect, inject, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { inTransaction } from '../../src/scope.js';
import { ask, graphql } from '../kit/client.js';
import { openFaultProxy } from '../kit/fault-proxy.js';
import { probed, ProbeResolver } from '../kit/probe.resolver.js';
import { openSmallHub } from '../kit/small-hub.js';

beforeEach(() => void Object.assign(probed, { started: 0, freed: 0, slow: undefined }));

test('closing lets a request in flight end, takes no new ones, and tells sockets to go', async () => {
  const hub = await openSmallHub({ resolvers: [ProbeResolver] });
  probed.slow = Promise.withResolvers<void>();
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  const gone = once(socket, 'close');
  const answer = graphql(hub.url, hub.adminKey, '{ slow }');
  await vi.waitFor(() => expect(probed.started).toBe(1));

  const startedAt = performance.now();
  const closed = hub.close();
  expect((await gone)[0]).toBe(1001);
  await expect(graphql(hub.url, hub.adminKey, '{ viewer { name } }')).rejects.toThrow('fetch failed');
  probed.slow.resolve();

  expect(await answer).toMatchObject({ status: 200, data: { slow: 'at last' } });
  await closed;
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('closing does not wait for ever', async () => {
  const hub = await openSmallHub({ resolvers: [ProbeResolver] });
  probed.slow = Promise.withResolvers<void>();
  const answer = graphql(hub.url, hub.adminKey, '{ slow }').catch((error: Error) => error.message);
  await vi.waitFor(() => expect(probed.started).toBe(1));
  const startedAt = performance.now();

  await hub.close();

  expect(performance.now() - startedAt).toBeLessThan(8_000);
  expect(await answer).toBe('fetch failed');
  probed.slow.resolve();
});

test('a port that is taken is one sentence with the way out', async () => {
  const hub = await openSmallHub();
  const port = Number(new URL(hub.url).port);

  const second = openSmallHub({ port });

  await expect(second).rejects.toMatchObject({
    name: 'StartupProblem',
    message: expect.stringMatching(`^Port ${port} is taken: .*PORT`),
  });
  await hub.close();
});

test('without its database the hub answers 503 and when to come back, and goes on when it returns', async () => {
  const line = await openFaultProxy(inject('postgresUrl'));
  const hub = await openSmallHub({ resolvers: [ProbeResolver], via: line.via });
  const document = '{ viewer { name } customers { totalCount } }';
  await ask(hub.url, hub.adminKey, document);
  expect((await fetch(`${hub.url}/readyz`)).status).toBe(200);

  line.cut();
  for (let again = 0; again < 3; again += 1) {
    const { status, headers, errors } = await graphql(hub.url, hub.adminKey, document);
    expect([status, headers.get('retry-after')]).toEqual([503, '2']);
    expect(errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE', remedy: expect.any(String) });
    expect(JSON.stringify(errors)).not.toMatch(/ECONN|127\.0\.0\.1|select|terminated/);
  }
  expect((await fetch(`${hub.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${hub.url}/readyz`)).status).toBe(503);

  line.mend();
  expect((await graphql(hub.url, hub.adminKey, document)).status).toBe(200);
  expect((await fetch(`${hub.url}/readyz`)).status).toBe(200);
  await hub.close();
  await line.close();
});

test('a database that goes in mid-request is a 503 too, and a socket is asked to come back', async () => {
  const line = await openFaultProxy(inject('postgresUrl'));
  const hub = await openSmallHub({ resolvers: [ProbeResolver], via: line.via });
  probed.slow = Promise.withResolvers<void>();
  const answer = graphql(hub.url, hub.adminKey, '{ fail(how: "late") }');
  await vi.waitFor(() => expect(probed.started).toBe(1));
  line.cut();
  probed.slow.resolve();
  expect(await answer).toMatchObject({ status: 503, errors: [{ extensions: { code: 'UNAVAILABLE' } }] });

  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${hub.adminKey}` } }));

  expect((await once(socket, 'close'))[0]).toBe(1013);
  line.mend();
  await hub.close();
  await line.close();
});

test('connections that die inside a transaction do not use the pool up', async () => {
  const line = await openFaultProxy(inject('postgresUrl'));
  const hub = await openSmallHub({ via: line.via });

  for (let again = 0; again < 12; again += 1) {
    const dying = inTransaction(hub.scope(), async ({ em }) => {
      await em.execute('select 1');
      line.cut();
      await em.execute('select 1');
    });
    await expect(dying).rejects.toThrow();
    line.mend();
  }

  expect((await graphql(hub.url, hub.adminKey, '{ customers { totalCount } }')).status).toBe(200);
  await hub.close();
  await line.close();
});
