/**
 * Which addresses are public. Names and forms lie; the address that is connected to does not. So an address is
 * brought to its bytes, an IPv4 address hidden in an IPv6 one is dug out, and only then it is judged.
 */
import { BlockList, isIP, isIPv4 } from 'node:net';

const notPublicV4 = [
  '0.0.0.0/8', // "this network": reaches the own host on many systems
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT, and some clouds' inner services
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local: where clouds hand out machine credentials
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4', // reserved, with the broadcast address
  '168.63.129.16/32', // a cloud's inner service on a public address
];
/** Only this part of IPv6 is handed out at all; of it, these stretches are not public either. */
const globalV6 = '2000::/3';
const notPublicV6 = [
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3ffe::/16',
  '3fff::/20',
  '5f00::/16',
  '2620:4f:8000::/48',
];

const blockedV4 = blockList(notPublicV4);
const blockedV6 = blockList(notPublicV6);
const handedOutV6 = blockList([globalV6]);

/** True for an address out on the internet. Anything that is no address is not public. */
export function isPublicAddress(address: string): boolean {
  const plain = withoutZone(address);
  const family = isIP(plain);
  if (family === 0) return false;
  if (family === 4) return !blockedV4.check(plain, 'ipv4');
  const hidden = hiddenV4(plain);
  if (hidden !== undefined) return hidden.every(isPublicAddress);
  return handedOutV6.check(plain, 'ipv6') && !blockedV6.check(plain, 'ipv6');
}

/** IPv4 addresses within a mapped, compatible, translated (NAT64), 6to4, Teredo or ISATAP address; undefined for others. */
function hiddenV4(address: string): readonly string[] | undefined {
  const words = wordsOf(address);
  const zeros = (count: number) => words.slice(0, count).every(word => word === 0);
  const v4 = (at: number, mask = 0) => dotted((words[at] ?? 0) ^ mask, (words[at + 1] ?? 0) ^ mask);
  // Mapped ::ffff:a.b.c.d, translated ::ffff:0:a.b.c.d, and compatible ::a.b.c.d with ::1 and :: among them.
  if (zeros(5) && words[5] === 0xffff) return [v4(6)];
  if (zeros(4) && words[4] === 0xffff && words[5] === 0) return [v4(6)];
  if (zeros(6)) return [v4(6)];
  if (words[0] === 0x64 && words[1] === 0xff9b)
    return words.slice(2, 6).every(word => word === 0) ? [v4(6)] : ['0.0.0.0'];
  if (words[0] === 0x2002) return [v4(1)];
  // Teredo: the server in the open, the client with its bits turned over.
  if (words[0] === 0x2001 && words[1] === 0) return [v4(2), v4(6, 0xffff)];
  // ISATAP, under whatever prefix.
  if ((words[4] === 0 || words[4] === 0x200) && words[5] === 0x5efe) return [v4(6)];
  return undefined;
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight words of a sound IPv6 address. */
function wordsOf(address: string): readonly number[] {
  const text = address.replace(/[\d.]+$/, tail => (isIPv4(tail) ? hexOf(tail) : tail));
  const [left = '', right] = text.split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':').map(word => Number.parseInt(word, 16)));
  if (right === undefined) return words(left);
  const [head, tail] = [words(left), words(right)];
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function hexOf(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** Brackets of a URL and the zone of a link-local address fall away. */
export function withoutZone(address: string): string {
  return address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
}

/** @throws Error when an entry is not a network such as `10.0.0.0/8`. */
export function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}
