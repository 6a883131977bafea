import { createServer, type Server } from 'node:net';
import type { Settings } from '#connector';
import { madeUpConnector } from '../conformance/twins/made-up-connector.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEgress } from '../../src/infra/egress.js';
import { isPublicAddress } from '../../src/infra/egress/address.js';
import { baseUrlOf } from '../../src/engine/request-url.js';
import { silentLog } from '../conformance/quiet-log.js';

const names: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1'],
  'localhost.': ['127.0.0.1'],
  'inner.test': ['10.1.2.3'],
  'metadata.test': ['169.254.169.254'],
  'mixed.test': ['93.184.215.14', '127.0.0.1'],
  'mixed-six.test': ['93.184.215.14', '::1'],
  'six.test': ['fd00::1'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'zone.test': ['fe80::1%eth0'],
  'odd.test': ['not-an-address'],
  'metadata.google.internal': ['169.254.169.254'],
  'metadata.google.internal.': ['169.254.169.254'],
  'instance-data': ['fd00:ec2::254'],
  'alias.test': ['10.9.8.7'],
  'nat64.test': ['64:ff9b::a9fe:a9fe'],
  'sixtofour.test': ['2002:7f00:1::'],
  'last.test': [...Array.from({ length: 20 }, () => '93.184.215.14'), '192.168.0.1'],
  'any.test': ['0.0.0.0'],
  'octal.test': ['0177.0.0.1'],
  'inner.test.': ['10.1.2.3'],
  'public.test': ['93.184.215.14'],
};

const refusedUrls = [
  // Forms of loopback.
  'https://127.0.0.1/',
  'https://127.0.0.1:443/',
  'https://127.1/',
  'https://127.0.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://127.255.255.254/',
  'https://0/',
  'https://0.0.0.0/',
  'https://①②⑦.⓪.⓪.①/',
  'https://127。0。0。1/',
  'https://127.0.0.1./',
  'https://%31%32%37.0.0.1/',
  'https://localhost/',
  'https://LOCALHOST/',
  'https://localhost./',
  'https://ⓛocalhost/',
  // Private, shared, link-local, reserved.
  'https://10.0.0.1/',
  'https://10.255.255.255/',
  'https://0xa000001/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.1.1/',
  'https://3232235777/',
  'https://100.64.0.1/',
  'https://100.127.255.255/',
  'https://169.254.169.254/latest/meta-data/',
  'https://2852039166/',
  'https://169.254.170.2/',
  'https://168.63.129.16/',
  'https://192.0.0.192/',
  'https://192.0.2.1/',
  'https://198.18.0.1/',
  'https://198.51.100.7/',
  'https://203.0.113.9/',
  'https://224.0.0.1/',
  'https://239.255.255.250/',
  'https://240.0.0.1/',
  'https://255.255.255.255/',
  'https://192.88.99.1/',
  // IPv6, plain and with an IPv4 address inside.
  'https://[::1]/',
  'https://[::]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[fc00::1]/',
  'https://[fd12:3456::1]/',
  'https://[fe80::1]/',
  'https://[fec0::1]/',
  'https://[ff02::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:10.0.0.1]/',
  'https://[::ffff:169.254.169.254]/',
  'https://[::ffff:0:127.0.0.1]/',
  'https://[::127.0.0.1]/',
  'https://[::7f00:1]/',
  'https://[64:ff9b::127.0.0.1]/',
  'https://[64:ff9b::a9fe:a9fe]/',
  'https://[64:ff9b:1::1]/',
  'https://[2002:7f00:1::]/',
  'https://[2002:a9fe:a9fe::1]/',
  'https://[2002:c0a8:101::]/',
  'https://[2001::1]/',
  'https://[2001:0:5db8:d70e::80ff:fffe]/',
  'https://[2001:0:5db8:d70e:0:0:5601:5601]/',
  'https://[2001:db8::1]/',
  'https://[100::1]/',
  'https://[5f00::1]/',
  // The same in further spellings.
  'https://0x7f.0x0.0x0.0x1/',
  'https://0177.0x0.0.01/',
  'https://127.0.0.01/',
  'https://00000177.0.0.1/',
  'https://0x7F000001/',
  'https://127.1./',
  'https://127.0x1/',
  'https://１２７.０.０.１/',
  'https://127%2e0%2e0%2e1/',
  'https://127.0.0.1%2f/',
  'https://127.0.0.1:8443/',
  'https://⑯⑨。②⑤④。⑯⑨｡②⑤④/',
  'https://0xa9fea9fe/',
  'https://0251.0376.0251.0376/',
  'https://169.254.43518/',
  'https://169.16689662/',
  'https://100.100.100.200/',
  'https://192.0.0.8/',
  'https://192.31.196.1/',
  'https://192.52.193.1/',
  'https://192.175.48.1/',
  'https://198.19.255.255/',
  'https://10.0.1/',
  'https://012.0.0.1/',
  'https://0x0a.0.0.1/',
  'https://172.1048577/',
  'https://192.168.257/',
  'https://0300.0250.1.1/',
  'https://255.255.255.254/',
  'https://230.1.2.3/',
  'https://0.1.2.3/',
  'https://00/',
  'https://0x0/',
  'https://[::ffff:0:0]/',
  'https://[::ffff:100.64.0.1]/',
  'https://[::ffff:c0a8:101]/',
  'https://[::ffff:0:10.0.0.1]/',
  'https://[::0.0.0.1]/',
  'https://[0:0:0:0:0:ffff:127.0.0.1]/',
  'https://[0000:0000:0000:0000:0000:0000:0000:0001]/',
  'https://[::169.254.169.254]/',
  'https://[64:ff9b::10.0.0.1]/',
  'https://[64:ff9b::c0a8:1]/',
  'https://[64:ff9b:1:ffff::7f00:1]/',
  'https://[2002:a00:1::1]/',
  'https://[2002:ac10:1::]/',
  'https://[2002:6440:1::]/',
  'https://[2001:0:a00:1::]/',
  'https://[2001:0:5db8:d70e:0:0:f5ff:fffe]/',
  'https://[2001:2::1]/',
  'https://[2001:10::1]/',
  'https://[2001:20::1]/',
  'https://[2620:4f:8000::1]/',
  'https://[3fff::1]/',
  'https://[3ffe::1]/',
  'https://[4000::1]/',
  'https://[fd00:ec2::254]/',
  'https://[fd20:ce::254]/',
  'https://[fe80::a9fe:a9fe]/',
  'https://[ff0e::1]/',
  'https://[ff02::fb]/',
  'https://[2606:4700::5efe:7f00:1]/',
  'https://[2606:4700::200:5efe:a9fe:a9fe]/',
  'https://[fe80::1%25eth0]/',
  'https://[::1%25lo]/',
  'https://[::1]:8443/',
  'https://[v1.::1]/',
  'https://metadata.google.internal/',
  'https://METADATA.google.internal./',
  'https://instance-data/',
  'https://alias.test/',
  'https://nat64.test/',
  'https://sixtofour.test/',
  'https://last.test/',
  'https://any.test/',
  'https://octal.test/',
  'https://inner.test.:8443/',
  'wss://public.test/',
  'ws://127.0.0.1/',
  'blob:https://public.test/1',
  'http:127.0.0.1',
  'https:/\\127.0.0.1/',
  'https:\\\\127.0.0.1\\',
  'https://127.0.0.1#@public.test/',
  'https://127.0.0.1?@public.test/',
  'https://public.test:0/',
  'https://public.test:444/',
  'https://public.test:80/',
  'https://public.test:-1/',
  'http://public.test:8443/',
  'https://public.test:443@127.0.0.1/',
  'https://pub\0lic.test/',
  'https://[::ffff:999.0.0.1]/',
  'https://1.2.3.4.5/',
  'https://256.0.0.1/',
  'https://4294967296/',
  // Names that lead inside.
  'https://inner.test/',
  'https://metadata.test/',
  'https://mixed.test/',
  'https://mixed-six.test/',
  'https://six.test/',
  'https://mapped.test/',
  'https://zone.test/',
  'https://odd.test/',
  // Right address, wrong way.
  'http://public.test/',
  'http://93.184.215.14/',
  'https://public.test:22/',
  'https://public.test:6379/',
  'https://93.184.215.14:8080/',
  'http://public.test:443/',
  'https://user@public.test/',
  'https://user:pass@public.test/',
  'https://:pass@public.test/',
  'https://public.test@127.0.0.1/',
  'ftp://public.test/',
  'file:///etc/passwd',
  'data:text/plain,x',
  'gopher://127.0.0.1:70/',
  'unix:/var/run/docker.sock',
  'javascript:1',
  '//public.test/',
  'public.test',
  '',
  'https://',
  'https://public.test:99999/',
  'https://[::1',
  'https://a b/',
];

// Whatever slips through and reaches this machine is seen here.
const canaries: Server[] = [];
let touched = 0;
beforeAll(async () => {
  for (const host of ['127.0.0.1', '::1']) {
    const canary = createServer(socket => {
      touched++;
      socket.destroy();
    });
    await new Promise<void>(resolve => canary.once('error', () => resolve()).listen(0, host, resolve));
    canaries.push(canary);
  }
});
afterAll(() => {
  for (const canary of canaries) canary.close();
});

const egress = createEgress({
  allow: [],
  log: silentLog,
  resolve: async name => (names[name] ?? []).map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
});
afterAll(() => egress.close());

function ask(url: string) {
  return egress.request({
    url,
    method: 'GET',
    headers: {},
    signal: AbortSignal.timeout(5_000),
    timeoutMs: 2_000,
    maxBytes: 1_000,
  });
}

test(`refuses all of ${refusedUrls.length} addresses before anything is sent`, async () => {
  expect(refusedUrls.length).toBeGreaterThanOrEqual(150);

  const outcomes = await Promise.all(
    refusedUrls.map(url =>
      ask(url).then(
        () => `${url} was reached`,
        (error: { code?: string }) => (error.code === 'EGRESS_REFUSED' ? 'refused' : `${url}: ${error}`),
      ),
    ),
  );

  process.stdout.write(
    `S10: ${outcomes.filter(outcome => outcome === 'refused').length} of ${outcomes.length} addresses refused.\n`,
  );
  expect(outcomes.filter(outcome => outcome !== 'refused')).toEqual([]);
});

test('refuses all of them as the address that a platform gave for an account', () => {
  const { http } = madeUpConnector;
  const connector = { ...madeUpConnector, http: { ...http, baseUrl: ({ url }: Partial<Settings>) => url ?? '' } };

  for (const url of refusedUrls) {
    expect(() => baseUrlOf(connector, { url }, undefined), url).toThrow(
      expect.objectContaining({ code: 'EGRESS_REFUSED' }),
    );
  }
});

test('a port of this machine is never touched, whatever its address looks like', async () => {
  const ports = canaries.flatMap(canary => (canary.listening ? [(canary.address() as { port: number }).port] : []));
  const hosts = [
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0',
    '2130706433',
    'mixed.test',
    'mapped.test',
  ];
  const urls = ports.flatMap(port => hosts.flatMap(host => [`http://${host}:${port}/`, `https://${host}:${port}/`]));

  const outcomes = await Promise.allSettled(urls.map(ask));

  expect(outcomes.map(({ status }) => status)).not.toContain('fulfilled');
  expect(ports.length).toBeGreaterThan(0);
  expect(touched).toBe(0);
});

test.each([
  '93.184.215.14',
  '1.1.1.1',
  '172.15.0.1',
  '172.32.0.1',
  '100.63.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '2a00:1450:4001::1',
  '::ffff:1.1.1.1',
  '64:ff9b::1.1.1.1',
])('%s is public', address => {
  expect(isPublicAddress(address)).toBe(true);
});
