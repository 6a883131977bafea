import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress, withoutZone } from './address.js';

/** Where a mail server is, judged once: what is connected to is this address and no other. */
export async function findMailServer(
  hostname: string,
): Promise<{ readonly address: string; readonly isPublic: boolean }> {
  const host = withoutZone(hostname);
  const found = isIP(host) === 0 ? await lookup(host, { all: true, verbatim: true }) : [{ address: host }];
  // Another one each time, so that a server that is away is not asked for ever.
  const { address } = found[Math.floor(Math.random() * found.length)] ?? { address: host };
  return { address, isPublic: isPublicAddress(address) };
}
