import type { Connector, OAuth2 } from '#connector';
import { PlatformError } from '../../core/errors.js';
import type { OAuthGrant } from '../../core/ports.js';
import { learnedFrom } from '../oauth/learned-from.js';
import { lackOf } from '../oauth/missing-scopes.js';
import type { BroughtRefusal } from './brought-row.js';

interface Judged {
  readonly learned: Readonly<Record<string, string>>;
  /** Why nothing can come of it. */
  readonly refusal: BroughtRefusal | undefined;
}

/** What a refresh has brought. Never throws: what came is to be kept, whatever it is. */
export function judge(connector: Connector, method: OAuth2, grant: OAuthGrant): Judged {
  const { remedy } = method;
  const message = lackOf(connector, method, grant);
  if (message !== undefined) return { learned: {}, refusal: { code: 'PERMISSION_MISSING', message, remedy } };
  try {
    return { learned: learnedFrom(connector, method, grant.reply), refusal: undefined };
  } catch (error) {
    const { name } = connector.manifest;
    const said = error instanceof PlatformError ? error : undefined;
    const refusal: BroughtRefusal = {
      code: 'PLATFORM_CHANGED',
      message: said?.message ?? `${name} answered something that nobody can read.`,
      remedy: said?.remedy ?? 'Nothing was stored. A newer version of this hub may know what has changed.',
    };
    return { learned: {}, refusal };
  }
}
