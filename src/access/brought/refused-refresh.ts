import { CallerError } from '../../core/errors.js';
import type { OAuthOutcome } from '../../core/ports.js';
import type { Bringing } from './import-credential.js';

/** What the token endpoint's answer means for whoever brings tokens. */
export function refusedRefresh(
  { connector: { manifest }, app: { clientId } }: Pick<Bringing, 'connector' | 'app'>,
  outcome: Exclude<OAuthOutcome, { kind: 'granted' }>,
  wasSentBefore: boolean,
): CallerError {
  const { kind, reason } = outcome;
  const { name } = manifest;
  if (kind === 'dead') {
    const lost = wasSentBefore
      ? 'The answer to an earlier try was lost, and the tokens with it: have somebody sign in, by `createConnectLink`.'
      : `Bring the newest refresh token that the other system holds, of the app ${clientId}; or have somebody sign in, by \`createConnectLink\`.`;
    return new CallerError('CREDENTIAL_REJECTED', `${name} does not accept the refresh token. ${reason}`, {
      ...{ field: 'input.refreshToken', remedy: lost },
    });
  }
  if (kind === 'misconfigured')
    return new CallerError('CONFLICT', `${name} refuses the app of this hub. ${reason}`, {
      field: 'input.platform',
      remedy: 'Set the app that the tokens were given to by `setPlatformApp`; nothing was stored.',
    });
  const remedy =
    'mayHaveActed' in outcome && outcome.mayHaveActed
      ? 'The tokens may be spent. Bring the same ones again soon: the refresh is then tried once more.'
      : 'Try again in a few minutes; nothing was spent or stored.';
  return new CallerError('PLATFORM_UNREACHABLE', `${name}: ${reason}`, { remedy });
}
