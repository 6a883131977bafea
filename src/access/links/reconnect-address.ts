import type { Keyring } from '../../core/ports.js';
import type { Scope } from '../../scope.js';
import { isAlive, Link } from './link.entity.js';
import { linkTime } from './link-time.js';

const field = 'links.sealed';

interface Place {
  readonly id: string;
  readonly customerId: string;
}

export function sealLinkAddress(keyring: Keyring, { id, customerId }: Place, address: string): Promise<Buffer> {
  return keyring.seal(Buffer.from(address), { customerId, field, rowId: id, epoch: 0 });
}

/** Address of a reconnect link that works, for those who pass it on; only its contact gets the code. Undefined when there is none. */
export async function reconnectAddress(inside: Scope, linkId: string): Promise<string | undefined> {
  const link = await inside.em.findOne(Link, { id: linkId });
  if (link?.sealed == null || !isAlive(link, await linkTime(inside))) return undefined;
  const { id, customerId, sealed } = link;
  return (await inside.keyring.open(sealed, { customerId, field, rowId: id, epoch: 0 })).toString();
}
