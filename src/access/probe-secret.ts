import { connectorFor } from '../catalog/index.js';
import { CallerError } from '../core/errors.js';
import { Secret } from '../core/secret.js';
import { record } from '../customers/index.js';
import { inTransaction, type Scope } from '../scope.js';
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
  /** The account of the connection that is to be renewed. */
  readonly expected?: string | undefined;
}

/**
 * Tries a key at the platform, or gets a token by what was entered and tries that.
 *
 * @throws CallerError UNKNOWN_PLATFORM, PLATFORM_NOT_SUPPORTED, INVALID_INPUT, CREDENTIAL_REJECTED, PERMISSION_MISSING,
 *   PLATFORM_UNREACHABLE, PLATFORM_BUSY, PLATFORM_CHANGED, CONFLICT
 */
export async function probeSecret(scope: Scope, offered: Offered): Promise<Probed> {
  const { customerId, values, method, expected } = offered;
  const connector = connectorFor(scope, offered.platform, 'input.platform');
  const platform = connector.manifest.id;
  const { way, secret } = readSecretForm(connector, values, method);
  try {
    if (way.kind === 'oauth2')
      return await probeGrant(scope, { connector, method: way, entered: secret, customerId, expected });
    const headers = new Secret(way.headers(secret.reveal()));
    const entered = secret.reveal();
    const found = await probeAccount(scope, connector, { method: way, headers, expected, entered });
    return { platform, connector, ...found, method: way.label, secret };
  } catch (error) {
    if (error instanceof CallerError) await noteRefusal(scope, { customerId, platform }, way.label, error);
    throw error;
  }
}

/** What came to nothing stands in the audit trail, too. */
async function noteRefusal(
  scope: Scope,
  { customerId, platform }: Pick<Offered, 'customerId' | 'platform'>,
  method: string,
  { code }: CallerError,
): Promise<void> {
  const details = { platform, method, code };
  try {
    await inTransaction(scope, inside =>
      record(inside, { act: 'credential.refused', target: `customer ${customerId}`, customerId, details }),
    );
  } catch (error) {
    scope.log.error('That a credential was refused could not be written down.', { error });
  }
}
