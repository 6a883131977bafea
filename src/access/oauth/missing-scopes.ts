import type { Connector, OAuth2 } from '#connector';
import type { OAuthGrant } from '../../core/ports.js';
import type { ConnectionNotice } from '../connection.entity.js';

type Asked = Pick<OAuth2, 'scopes' | 'sameScopes' | 'transcriptScopes'>;
type Given = Pick<OAuthGrant, 'scopes'>;

/** What a grant for less than was asked for lacks, in words; undefined when it lacks nothing. */
export function lackOf({ manifest: { name } }: Connector, method: Asked, grant: Given): string | undefined {
  const missing = missingOf(method.scopes, method, grant);
  if (missing.length === 0) return undefined;
  return `${name} granted less than is needed: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`;
}

/** The warning that goes with a grant by which calls can be read, and not what was said in them. */
export function withheldBy(
  { manifest: { name } }: Connector,
  method: Asked,
  grant: Given,
): readonly ConnectionNotice[] {
  const missing = missingOf(method.transcriptScopes ?? [], method, grant);
  if (missing.length === 0) return [];
  return [
    {
      code: 'TRANSCRIPTS_WITHHELD',
      message: `${name} grants no transcripts: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
      remedy: `Calls can be imported as they are. For transcripts, have the app and the user at ${name} get what is missing, then connect again.`,
    },
  ];
}

/** None where the platform does not say what it has granted. */
function missingOf(
  wanted: readonly string[],
  { sameScopes = {} }: Asked,
  { scopes: granted }: Given,
): readonly string[] {
  if (granted === undefined) return [];
  return wanted.filter(scope => ![scope, ...(sameScopes[scope] ?? [])].some(one => granted.includes(one)));
}
