import type { Connector, OAuth2 } from '#connector';
import type { OAuthGrant } from '../../core/ports.js';

/** What a grant for less than was asked for lacks, in words; undefined when it lacks nothing. */
export function lackOf(
  { manifest: { name } }: Connector,
  { scopes }: Pick<OAuth2, 'scopes'>,
  grant: Pick<OAuthGrant, 'scopes'>,
): string | undefined {
  const missing = grant.scopes === undefined ? [] : scopes.filter(scope => !grant.scopes?.includes(scope));
  if (missing.length === 0) return undefined;
  return `${name} granted less than is needed: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`;
}
