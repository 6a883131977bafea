import { CallerError } from '../../core/errors.js';
import { Secret } from '../../core/secret.js';
import { record } from '../../customers/index.js';
import { writeFact } from '../../outbox/index.js';
import { type Probed, probeSecret } from '../probe-secret.js';
import type { SecretValue } from '../secret-form.js';
import { asGuest, type Guest, type GuestInside, LinkEnded } from './guest.js';
import type { VisitProblem } from './visit.entity.js';

const field = 'link_visits.sealed';

/**
 * The values of a secret form: tried at the platform, and kept aside until somebody says that the account is the right one.
 * Another account than the expected one is kept nowhere. What is wrong stands in the visit afterwards. @throws LinkEnded
 */
export async function offerSecret(guest: Guest, values: readonly SecretValue[]): Promise<void> {
  requireVerified(guest);
  const { scope, link } = guest;
  let probed: Probed | undefined;
  let problem: VisitProblem | null = null;
  try {
    probed = await probeSecret(scope, link.platform, values);
  } catch (error) {
    if (!(error instanceof CallerError)) throw error;
    const { message, remedy, field: at } = error;
    problem = {
      kind: 'form',
      message,
      ...(remedy !== undefined && { remedy }),
      ...(at !== undefined && { field: at }),
    };
  }
  await asGuest(guest, async inside => {
    requireVerified(inside);
    const { visit, connection } = inside;
    inside.scope.em.assign(visit, { problem, proposal: null, sealed: null });
    if (probed === undefined) return;
    if (connection !== undefined && connection.accountId !== probed.account.id) return refuse(inside, probed);
    await keepAside(inside, probed);
  });
}

/** What {@link offerSecret} kept aside. */
export async function proposed(inside: GuestInside): Promise<Probed | undefined> {
  const { scope, visit, connector, link } = inside;
  const { proposal, sealed, id, customerId } = visit;
  if (proposal === null || sealed === null) return undefined;
  const plain = await scope.keyring.open(sealed, { customerId, field, rowId: id, epoch: 0 });
  const { method, secret } = JSON.parse(plain.toString()) as { method: string; secret: Record<string, string> };
  return { ...proposal, platform: link.platform, connector, method, secret: new Secret(secret) };
}

async function keepAside({ scope, visit }: GuestInside, { account, warnings, method, secret }: Probed): Promise<void> {
  const { id, customerId } = visit;
  const plain = Buffer.from(JSON.stringify({ method, secret: secret.reveal() }));
  const sealed = await scope.keyring.seal(plain, { customerId, field, rowId: id, epoch: 0 });
  scope.em.assign(visit, { proposal: { account, warnings }, sealed });
}

async function refuse({ scope, visit, link, connection }: GuestInside, { account }: Probed): Promise<void> {
  visit.problem = { kind: 'mismatch', found: account.name };
  await scope.em.flush();
  const { id: linkId, customerId, platform } = link;
  const details = { platform, expected: connection?.accountName, found: account.name, by: scope.viewer.name };
  const about = { customerId, linkId, ...(connection !== undefined && { connectionId: connection.id }) };
  await writeFact(scope, { kind: 'connection.mismatched', ...about, details });
  await record(scope, { act: 'connection.mismatched', target: `link ${linkId}`, customerId, details });
}

export function requireVerified({ visit }: Guest): void {
  if ((visit?.verifiedAt ?? null) === null) throw new LinkEnded();
}
