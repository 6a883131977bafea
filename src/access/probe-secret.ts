import { connectorFor } from '../catalog/index.js';
import { Secret } from '../core/secret.js';
import type { Scope } from '../scope.js';
import { probeAccount } from './probe-account.js';
import type { Probed } from './probed.js';
import { probeGrant } from './oauth/probe-grant.js';
import { readSecretForm, type SecretValue } from './secret-form.js';

export interface Offered {
  readonly customerId: string;
  readonly platform: string;
  readonly values: readonly SecretValue[];
  /** Label of the way in, where several ask for values of the same names. */
  readonly method?: string | undefined;
}

/**
 * Tries a key at the platform, or gets a token by what was entered and tries that.
 *
 * @throws CallerError UNKNOWN_PLATFORM, PLATFORM_NOT_SUPPORTED, INVALID_INPUT, CREDENTIAL_REJECTED, PERMISSION_MISSING,
 *   PLATFORM_UNREACHABLE, PLATFORM_BUSY, PLATFORM_CHANGED, CONFLICT
 */
export async function probeSecret(scope: Scope, { customerId, platform, values, method }: Offered): Promise<Probed> {
  const connector = connectorFor(scope, platform, 'input.platform');
  const { way, secret } = readSecretForm(connector, values, method);
  if (way.kind === 'oauth2') return probeGrant(scope, { connector, method: way, entered: secret, customerId });
  const headers = new Secret(way.headers(secret.reveal()));
  const found = await probeAccount(scope, connector, { method: way, headers });
  return { platform: connector.manifest.id, connector, ...found, method: way.label, secret };
}
