import type { Connector } from '#connector';
import { connectorFor } from '../catalog/index.js';
import { Secret } from '../core/secret.js';
import type { Scope } from '../scope.js';
import { type Found, probeAccount } from './probe-account.js';
import { readSecretForm, type SecretValue } from './secret-form.js';
import type { Refreshable, StoredSecret } from './store-credential.js';

/** An account whose credential works. Nothing of it is stored yet. */
export interface Probed extends StoredSecret, Found {
  readonly platform: string;
  readonly connector: Connector;
  /** Absent: there is nothing to refresh. */
  readonly refreshable?: Refreshable;
}

/**
 * Tries a key at the platform.
 *
 * @throws CallerError UNKNOWN_PLATFORM, PLATFORM_NOT_SUPPORTED, INVALID_INPUT, CREDENTIAL_REJECTED, PERMISSION_MISSING,
 *   PLATFORM_UNREACHABLE, PLATFORM_BUSY
 */
export async function probeSecret(scope: Scope, platform: string, values: readonly SecretValue[]): Promise<Probed> {
  const connector = connectorFor(scope, platform, 'input.platform');
  const { form, secret } = readSecretForm(connector, values);
  const headers = new Secret(form.headers(secret.reveal()));
  const found = await probeAccount(scope, connector, { method: form, headers });
  return { platform, connector, ...found, method: form.label, secret };
}
