/** What name servers, foreign hosts and the environment try on the way out. Counted at the end. */
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { createEgress } from '../../src/infra/egress.js';
import type { Resolve } from '../../src/infra/egress/connector.js';
import { silentLog } from '../conformance/quiet-log.js';

const closers: (() => unknown)[] = [];
let withstood = 0;
afterEach(async ({ task }) => {
  if (task.result?.state === 'pass') withstood++;
  vi.unstubAllEnvs();
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => void process.stdout.write(`S10: ${withstood} attacks on the way out withstood.\n`));

async function listening(server: Server, host = '127.0.0.1', port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  closers.push(() => new Promise(resolve => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** A server that counts the requests it sees and ends every connection. */
async function served(answer: RequestListener = (_, response) => response.end('in'), host?: string, port?: number) {
  const seen: string[] = [];
  const server = createHttpServer((request, response) => {
    seen.push(request.headers.authorization ?? '');
    response.setHeader('connection', 'close');
    answer(request, response);
  });
  return { seen, port: await listening(server, host, port) };
}

function egress(allow: readonly string[], resolve?: Resolve) {
  const made = createEgress({ allow, log: silentLog, resolve });
  closers.push(() => made.close());
  return (url: string) =>
    made
      .request({
        ...{ url, method: 'GET', headers: { authorization: 'canary' }, timeoutMs: 5_000, maxBytes: 1_000_000 },
        signal: new AbortController().signal,
      })
      .then(
        ({ status }) => String(status),
        (error: { code?: string }) => error.code ?? String(error),
      );
}

const refused = 'EGRESS_REFUSED';
const [here, six] = ['127.0.0.1', '::1'];
/** What a name server answers the first time, the second time …, and what becomes of the requests. */
const scripts: readonly (readonly [
  what: string,
  answers: readonly (readonly string[])[],
  outcomes: readonly string[],
])[] = [
  ['an address that may be reached, then another', [[here], [six]], ['200', refused]],
  ['another, then one that may be reached', [[six], [here]], [refused, '200']],
  ['now this, now that', [[here], [six], [here], [six]], ['200', refused, '200', refused]],
  ['both at once', [[here, six]], [refused]],
  ['both at once, the other way round', [[six, here]], [refused]],
  ['a private one behind many', [[...Array.from({ length: 30 }, () => here), '10.0.0.1']], [refused]],
  ['one of a machine on the same network', [['192.168.1.1']], [refused]],
  ['a mapped one', [['::ffff:10.0.0.1']], [refused]],
  ['one with a zone', [['fe80::1%lo']], [refused]],
  ['none in particular', [['0.0.0.0'], ['::']], [refused, refused]],
  ['the metadata of a cloud', [['169.254.169.254'], ['fd00:ec2::254']], [refused, refused]],
  ['where another name leads that leads inside', [['10.0.0.1']], [refused]],
  [
    'one that only a lenient reader understands',
    [['0177.0.0.1'], ['2130706433'], ['127.1']],
    [refused, refused, refused],
  ],
  ['a name', [['localhost']], [refused]],
  ['nothing', [[]], ['PLATFORM_UNREACHABLE']],
];
describe('a name server that answers', () => {
  test.each(scripts)('%s', async (_, answers, outcomes) => {
    const good = await served();
    const canary = await served(undefined, six, good.port).catch(() => ({ seen: [] }));
    let asked = 0;
    const ask = egress([here], async () =>
      (answers[asked++] ?? []).map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

    const met = [];
    for (const _ of outcomes) met.push(await ask(`http://rebinding.test:${good.port}/`));

    expect(met).toEqual(outcomes);
    // Resolved once a connection: what was judged is what is connected to.
    expect(asked).toBe(outcomes.length);
    expect(good.seen).toHaveLength(outcomes.filter(outcome => outcome === '200').length);
    expect(canary.seen).toEqual([]);
  });
});

describe('a foreign host', () => {
  test.each([301, 302, 303, 307, 308])(
    'that is redirected to by %i sees no request and no credential',
    async status => {
      const foreign = await served();
      const chain = await served((_, response) =>
        response.writeHead(status, { location: `http://127.0.0.1:${foreign.port}/` }).end(),
      );

      expect(await egress([here])(`http://127.0.0.1:${chain.port}/`)).toBe(String(status));

      expect(foreign.seen).toEqual([]);
      expect(chain.seen).toEqual(['canary']);
    },
  );

  test('behind an address that is reached under another name is judged for itself', async () => {
    const { port, seen } = await served((_, response) => response.writeHead(200, { connection: 'keep-alive' }).end());
    const ask = egress(['allowed.test'], async () => [{ address: here, family: 4 }]);

    expect(await ask(`http://allowed.test:${port}/`)).toBe('200');
    expect(await ask(`http://other.test:${port}/`)).toBe(refused);
    expect(seen).toHaveLength(1);
  });

  test('is told by TLS which name is meant, while the checked address is connected to', async () => {
    const heard = Promise.withResolvers<string>();
    const port = await listening(
      createServer(socket => {
        socket.once('data', hello => {
          heard.resolve(hello.toString('latin1'));
          socket.destroy();
        });
        socket.on('error', () => undefined);
      }),
    );

    await egress(['meant.test'], async () => [{ address: here, family: 4 }])(`https://meant.test:${port}/`);

    expect(await heard.promise).toContain('meant.test');
  });

  test('with a certificate that nobody vouches for is sent nothing, whatever the environment says', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    let seen = 0;
    const server = createHttpsServer({ key, cert }, (_, response) => {
      seen++;
      response.end();
    });
    const port = await listening(server);

    const outcome = await egress(['public.test'], async () => [{ address: here, family: 4 }])(
      `https://public.test:${port}/`,
    );

    expect([outcome, seen]).toEqual(['PLATFORM_UNREACHABLE', 0]);
  });

  test('that sends a head of forty kilobytes is no usable answer', async () => {
    const { port } = await served((_, response) => response.writeHead(200, { 'x-long': 'x'.repeat(40_000) }).end());

    expect(await egress([here])(`http://127.0.0.1:${port}/`)).toBe('PLATFORM_UNREACHABLE');
  });
});

test.each(['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY'])('a proxy named by %s is not asked', async name => {
  const [proxy, target] = [await served(), await served()];
  vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
  vi.stubEnv('NODE_USE_ENV_PROXY', '1');

  expect(await egress([here])(`http://127.0.0.1:${target.port}/`)).toBe('200');

  expect([proxy.seen.length, target.seen.length]).toEqual([0, 1]);
});

// Made for this test; nobody trusts it.
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgV3qWwbfR4HY5MnQk
mKNHMsDNSXIEDaFfy/BzWcga+WShRANCAASNMtF27M94voNUlUabSCRGNNRppRFF
78vpXl8MXwfVLCPV7Na6RjSk+GorssktW8La155cd7hOXAJF7y25q5PG
-----END PRIVATE KEY-----
`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUe4mVQO0mEUQj4OFNAar5dRxvr9QwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLcHVibGljLnRlc3QwIBcNMjYxMTIxMTU0OTQyWhgPMjEyNjEw
MjgxNTQ5NDJaMBYxFDASBgNVBAMMC3B1YmxpYy50ZXN0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEjTLRduzPeL6DVJVGm0gkRjTUaaURRe/L6V5fDF8H1Swj1ezW
ukY0pPhqK7LJLVvC2teeXHe4TlwCRe8tuauTxqNrMGkwHQYDVR0OBBYEFOEz2qYp
b+e8/0QNY2xmvv8EZaJeMB8GA1UdIwQYMBaAFOEz2qYpb+e8/0QNY2xmvv8EZaJe
MA8GA1UdEwEB/wQFMAMBAf8wFgYDVR0RBA8wDYILcHVibGljLnRlc3QwCgYIKoZI
zj0EAwIDSQAwRgIhAN8qGBzsTwPloaeZaDvLydvA5nPpYp8lt+NobaaIs82FAiEA
6VuJqALYNVG/THCFNKprdwk+DkAmd1w9CK2BguYPMhk=
-----END CERTIFICATE-----
`;
