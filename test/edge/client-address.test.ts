import { expect, test } from 'vitest';
import { clientAddress } from '../../src/api/limits/client-address.js';

const from = (proxies: string[], remoteAddress: string, forwarded?: string) =>
  clientAddress(proxies)({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress } as never,
  });

test.each([
  ['nobody is trusted', [], '10.0.0.1', '203.0.113.9', '10.0.0.1'],
  ['a stranger writes the header', ['10.0.0.0/8'], '203.0.113.9', '198.51.100.7', '203.0.113.9'],
  ['a proxy says whom it heard', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['over IPv6, as Node writes it', ['10.0.0.0/8'], '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['two proxies in a row', ['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['what is further left is made up', ['10.0.0.1'], '10.0.0.1', '10.0.0.1, 6.6.6.6, 203.0.113.9', '203.0.113.9'],
  ['with a port', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
  ['IPv6 with a port', ['fd00::/8'], 'fd00::1', '[2001:db8::7]:443', '2001:db8::7'],
  ['a proxy that says nothing', ['10.0.0.0/8'], '10.0.0.1', undefined, '10.0.0.1'],
  ['a proxy that says nonsense', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9, unknown', '10.0.0.1'],
  ['all are proxies', ['10.0.0.0/8'], '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
] as const)('%s', (_what, proxies, socket, forwarded, expected) => {
  expect(from([...proxies], socket, forwarded)).toBe(expected);
});
