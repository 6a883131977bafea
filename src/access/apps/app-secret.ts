import { houseOwner, type Keyring } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';

interface Row {
  readonly id: string;
  readonly customerId: string | null;
  readonly epoch: number;
}

/** The secret of an app, sealed under its customer's key, or the house's. */
export function sealAppSecret(keyring: Keyring, app: Row, secret: Secret<string>): Promise<Buffer> {
  return keyring.seal(Buffer.from(secret.reveal()), placeOf(app));
}

export async function openAppSecret(keyring: Keyring, app: Row & { readonly sealed: Buffer }): Promise<Secret<string>> {
  return new Secret((await keyring.open(app.sealed, placeOf(app))).toString());
}

function placeOf({ id, customerId, epoch }: Row) {
  return { customerId: customerId ?? houseOwner, field: 'platform_apps.sealed', rowId: id, epoch };
}
