import { isIPv6 } from 'node:net';

/** The neighbourhood of an address: the /24 of IPv4, the /56 of IPv6, which is what one household or office gets. */
export function addressPrefix(address: string | undefined): string {
  const [, plain] = /^(?:::ffff:)?(\d+\.\d+\.\d+)\.\d+$/i.exec(address ?? '') ?? [];
  if (plain !== undefined) return plain;
  const bare = (address ?? '').split('%')[0] ?? '';
  if (!isIPv6(bare)) return 'unknown';
  const [head = '', tail = ''] = bare.split('::');
  const [front, back] = [head, tail].map(part => part.split(':').filter(Boolean)) as [string[], string[]];
  const groups = [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back];
  const hex = groups.slice(0, 4).map(group => group.toLowerCase().padStart(4, '0'));
  return `${hex.join(':').slice(0, -2)}`;
}
