import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4 } from 'node:net';

/** Where a request came from; undefined when its socket has gone. */
export type ClientAddress = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string | undefined;

/**
 * The nearest address that is none of the operator's proxies: `X-Forwarded-For` is read from its right end, where each
 * proxy wrote down whom it heard, and only as far as proxies that are trusted did the writing. What stands further left
 * is whatever the client made up.
 *
 * @param proxies networks, such as `10.0.0.0/8`; with none, the header means nothing.
 */
export function clientAddress(proxies: readonly string[]): ClientAddress {
  const trusted = new BlockList();
  for (const network of proxies) {
    const [address = '', bits] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    trusted.addSubnet(address, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  const isProxy = (address: string): boolean => trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  return ({ headers, socket }) => {
    let nearest = plain(socket.remoteAddress ?? '');
    if (nearest === undefined) return undefined;
    const heard = String(headers['x-forwarded-for'] ?? '').split(',');
    while (isProxy(nearest)) {
      const next = plain(heard.pop() ?? '');
      // A proxy of our own asks, or one that says nothing: then it is all that is known.
      if (next === undefined) return nearest;
      nearest = next;
    }
    return nearest;
  };
}

/** Without port, brackets, zone, or the prefix of an IPv4 address that came over IPv6; undefined when it is no address. */
function plain(written: string): string | undefined {
  const [, inBrackets, withPort] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(written.trim()) ?? [];
  const address = (inBrackets ?? withPort ?? written.trim()).replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '');
  return isIP(address) === 0 ? undefined : address;
}
