import { type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { PlatformError } from '../../core/errors.js';
import { isPublicAddress, withoutZone } from './address.js';
import type { AllowList } from './allow-list.js';

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const connectTimeoutMs = 10_000;
/** A name with more addresses is still tried at these only. */
const mostTries = 3;

/**
 * Opens connections for the HTTP client: resolves the name once, judges every address it got, and connects to one
 * of exactly these. A name that answers differently the next time cannot lead elsewhere.
 */
export function checkedConnector(allowed: AllowList, resolve: Resolve): buildConnector.connector {
  // Said aloud, because a variable of the environment would turn the check of certificates off.
  const open = buildConnector({ timeout: connectTimeoutMs, allowH2: false, rejectUnauthorized: true });
  return (target, callback) => {
    const connect = async () => {
      const addresses = await checkedAddresses(target, allowed, resolve);
      for (const [i, address] of addresses.entries()) {
        try {
          return await opened(open, target, address);
        } catch (error) {
          if (i === addresses.length - 1) throw error;
        }
      }
      throw new Error('The name has no address.');
    };
    connect().then(
      socket => callback(null, socket),
      (error: unknown) => callback(error as Error, null),
    );
  };
}

type Opened = NonNullable<Parameters<buildConnector.Callback>[1]>;

function opened(open: buildConnector.connector, target: buildConnector.Options, address: string): Promise<Opened> {
  return new Promise((resolve, reject) => {
    open({ ...target, hostname: address }, (error, socket) => (error === null ? resolve(socket) : reject(error)));
  });
}

async function checkedAddresses(
  target: buildConnector.Options,
  allowed: AllowList,
  resolve: Resolve,
): Promise<readonly string[]> {
  const hostname = withoutZone(target.hostname);
  const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
  const found = isIP(hostname) === 0 ? (await resolve(hostname)).map(({ address }) => address) : [hostname];
  if (!allowed.hasHost(hostname, port)) {
    for (const address of found) judgeAddress(address, target, allowed, port);
  }
  return found.slice(0, mostTries);
}

/** One bad address spoils the name: a mixture is what an attacker's name server answers. */
function judgeAddress(address: string, target: buildConnector.Options, allowed: AllowList, port: number): void {
  const { setting } = allowed;
  if (allowed.hasAddress(address)) return;
  if (!isPublicAddress(address)) throw refused(`${target.hostname} leads to a private address.`, setting);
  if (target.protocol !== 'https:') throw refused(`${target.hostname} would be reached without TLS.`, setting);
  if (port !== 443 && port !== 8443) throw refused(`${target.hostname} would be reached on port ${port}.`, setting);
}

export function refused(message: string, setting: string): PlatformError {
  return new PlatformError('EGRESS_REFUSED', 'stop', message, {
    remedy: `If this address is meant, add its host or network to ${setting}.`,
  });
}
