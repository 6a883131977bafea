import type { Connector, OAuth2 } from '#connector';
import { PlatformError } from '../../core/errors.js';
import { liesUnder } from '../../engine/index.js';

const longest = 500;

/**
 * What a token reply tells about the account, such as its own host. An address that does not lie under the platform's own
 * domain is none that a token may be sent to.
 *
 * @throws PlatformError PLATFORM_CHANGED
 */
export function learnedFrom(
  connector: Connector,
  method: OAuth2,
  reply: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const learned: Record<string, string> = {};
  for (const [name, value] of Object.entries(method.learn?.(reply) ?? {})) {
    if (value === undefined) continue;
    if (typeof value !== 'string' || value.length > longest || !isOwn(value, connector.http.domain))
      throw new PlatformError(
        'PLATFORM_CHANGED',
        'stop',
        `${connector.manifest.name} named an address that is not its own.`,
        {
          remedy: 'Nothing was stored. If the platform has moved, a newer version of this hub may know it.',
        },
      );
    learned[name] = value;
  }
  return learned;
}

function isOwn(value: string, domain: string): boolean {
  const url = URL.parse(value);
  if (url === null) return !/[/\\]/.test(value);
  return url.protocol === 'https:' && url.username === '' && url.password === '' && liesUnder(url.hostname, domain);
}
