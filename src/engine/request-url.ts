import type { Connector, Request, Settings } from '#connector';
import { BrokenPromise, PlatformError } from '../core/errors.js';

/**
 * Where a connector's requests go: the replacement when there is one, else what the connector says.
 * @throws PlatformError EGRESS_REFUSED (`stop`) when a learned base URL is not https under the platform's own domain.
 */
export function baseUrlOf(connector: Connector, settings: Settings, replacement: string | undefined): URL {
  if (replacement !== undefined) return new URL(replacement);
  const { baseUrl, domain } = connector.http;
  const text = typeof baseUrl === 'string' ? baseUrl : baseUrl(settings);
  const url = URL.parse(text);
  if (url?.protocol === 'https:' && url.username === '' && url.password === '' && liesUnder(url.hostname, domain))
    return url;
  throw new PlatformError(
    'EGRESS_REFUSED',
    'stop',
    `${connector.manifest.name}: the address of the account does not lie under ${domain}.`,
    {
      remedy:
        "Connect the account again. If the address is meant, set the platform's API URL in the configuration of the hub.",
    },
  );
}

/** On a label boundary: `api.example.com` lies under `example.com`, `badexample.com` does not. */
export function liesUnder(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** @throws BrokenPromise when a connector's path leads away from the base URL. */
export function requestUrl(base: URL, { path, query = {} }: Request): string {
  const url = URL.parse(base.origin + base.pathname.replace(/\/$/, '') + path);
  if (url === null || !path.startsWith('/') || url.origin !== base.origin) {
    throw new BrokenPromise('A connector asked for a path that leads away from the platform.');
  }
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.append(name, String(value));
  }
  return url.href;
}
