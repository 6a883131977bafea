import type { Connector, Verdict } from '#connector';
import type { EgressReply } from '../core/ports.js';
import { liesUnder } from './request-url.js';

/** Where a file is to be had. */
export interface FilePlace {
  readonly url: string;
  /** Whether the platform itself is there, which may see the credential. */
  readonly isOwn: boolean;
}

const redirects = new Set([301, 302, 303, 307, 308]);

export function isRedirect({ status, headers }: Pick<EgressReply, 'status' | 'headers'>): boolean {
  return redirects.has(status) && headers.location !== undefined;
}

/**
 * Where a redirect leads. A host of the platform's own for files may be replaced by another address; the path stays.
 * @param from address of the request that was answered with it.
 * @param base address of the platform's interface.
 * @returns undefined when it leads nowhere, or where whoever is on the way could read along.
 */
export function fileAt(
  location: string,
  from: string,
  { base, connector, replacement }: { base: URL; connector: Connector; replacement: string | undefined },
): FilePlace | undefined {
  const url = URL.parse(location, from);
  if (url === null) return undefined;
  if (url.origin === base.origin) return { url: url.href, isOwn: true };
  const isPlayed = base.protocol === 'http:' && url.hostname === '127.0.0.1';
  if (url.protocol !== 'https:' && !isPlayed) return undefined;
  const isMedia = connector.http.mediaDomains?.some(domain => liesUnder(url.hostname, domain)) === true;
  if (!isMedia) return { url: url.href, isOwn: false };
  if (replacement !== undefined) return { url: replacement + url.pathname + url.search, isOwn: true };
  return { url: url.href, isOwn: true };
}

/** What a host for files refuses concerns the one file. Whether the credential has ended meanwhile, the platform itself is asked. */
export function judgeFile({ status, bytes }: EgressReply): Verdict {
  if (status >= 200 && status < 300) return bytes.length === 0 ? 'retry' : 'ok';
  return status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status) ? 'skip' : 'retry';
}
