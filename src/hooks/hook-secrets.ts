import { houseOwner, type Keyring } from '../core/ports.js';
import { Secret } from '../core/secret.js';

/** Two while one replaces the other. */
const mostKept = 2;

export interface SealedHook {
  readonly id: string;
  readonly customerId: string | null;
  readonly epoch: number;
  readonly sealed: Buffer | null;
}

/** What verifies the events of a hook, newest first. */
export async function openSecrets(keyring: Keyring, hook: SealedHook): Promise<readonly Secret<string>[]> {
  if (hook.sealed === null) return [];
  const plain = await keyring.open(hook.sealed, placeOf(hook, hook.epoch));
  return (JSON.parse(plain.toString()) as string[]).map(text => new Secret(text));
}

/** The columns with one more secret. The one before goes on to verify, for events that are under way. */
export async function withSecret(
  keyring: Keyring,
  hook: SealedHook,
  secret: Secret<string>,
): Promise<{ readonly epoch: number; readonly sealed: Buffer }> {
  const before = await openSecrets(keyring, hook);
  const texts = [secret, ...before].map(each => each.reveal());
  const epoch = hook.epoch + 1;
  const kept = [...new Set(texts)].slice(0, mostKept);
  return { epoch, sealed: await keyring.seal(Buffer.from(JSON.stringify(kept)), placeOf(hook, epoch)) };
}

function placeOf({ id, customerId }: SealedHook, epoch: number) {
  return { customerId: customerId ?? houseOwner, field: 'hooks.sealed', rowId: id, epoch };
}
