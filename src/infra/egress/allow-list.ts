import { type BlockList, isIP, isIPv4 } from 'node:net';
import { blockList, withoutZone } from './address.js';

/** What the operator lets us reach although it is private, and then also without TLS and on any port. */
export class AllowList {
  readonly #hosts: ReadonlySet<string>;
  readonly #networks: BlockList;

  /**
   * @param setting of the operator, in which they stand.
   * @param entries hosts (`proxy.internal`), hosts with a port (`localhost:4100`) and networks (`10.0.0.0/8`).
   * @throws Error that names the entry which is none of these.
   */
  constructor(
    entries: readonly string[],
    readonly setting = 'PATCHBAY_EGRESS_ALLOW',
  ) {
    const networks = entries.filter(entry => entry.includes('/') || isIP(withoutZone(entry)) !== 0);
    this.#networks = blockList(networks.map(asNetwork));
    this.#hosts = new Set(entries.filter(entry => !networks.includes(entry)).map(asHost));
  }

  hasHost(hostname: string, port: number): boolean {
    const host = hostname.toLowerCase().replace(/\.$/, '');
    return this.#hosts.has(host) || this.#hosts.has(`${host}:${port}`);
  }

  hasAddress(address: string): boolean {
    const plain = withoutZone(address);
    return this.#networks.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
  }
}

function asNetwork(entry: string): string {
  const [address = '', bits] = entry.split('/');
  const plain = withoutZone(address);
  const family = isIP(plain);
  const most = family === 4 ? 32 : 128;
  const given = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (family !== 0 && given <= most) return `${plain}/${given}`;
  throw new Error(`"${entry}" is not a network such as 10.0.0.0/8.`);
}

function asHost(entry: string): string {
  const url = URL.parse(`http://${entry}`);
  // The parser drops the port 80, which may be meant.
  const port = /:(\d+)$/.exec(entry)?.[1];
  if (url === null || !/^[^/?#@\s]+$/.test(entry))
    throw new Error(`"${entry}" is not a host such as proxy.internal or proxy.internal:8080.`);
  const host = url.hostname.replace(/\.$/, '');
  return port === undefined ? host : `${host}:${port}`;
}
