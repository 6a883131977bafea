import { createHash } from 'node:crypto';
import { CallerError } from '../../core/errors.js';
import { Secret } from '../../core/secret.js';
import { record } from '../../customers/index.js';
import { writeFact } from '../../outbox/index.js';
import type { House } from '../../scope.js';
import { giveBack } from '../oauth/give-back.js';
import { giveBackEarlier } from '../oauth/give-back-earlier.js';
import { methodNamed } from '../oauth/oauth-method.js';
import { browserHash } from '../oauth/secrets-of-a-session.js';
import { probeSecret } from '../probe-secret.js';
import type { Probed } from '../probed.js';
import type { SecretValue } from '../secret-form.js';
import type { StoredSecret } from '../store-credential.js';
import { refreshableOf, textOf, timesFrom, type TimesText } from '../tokens/refreshable-of.js';
import { asGuest, type Guest, type GuestInside, LinkEnded } from './guest.js';
import type { LinkVisit, VisitProblem } from './visit.entity.js';

const field = 'link_visits.sealed';

/**
 * The values of a way in: tried at the platform, and kept aside until somebody says that the account is the right one.
 * Another account than the expected one is kept nowhere. What is wrong stands in the visit afterwards. @throws LinkEnded
 */
export async function offerSecret(guest: Guest, method: string, values: readonly SecretValue[]): Promise<void> {
  requireVerified(guest);
  const { scope, link } = guest;
  // Whoever holds a ticket was sent here to sign in.
  if (link.contact === null) throw new LinkEnded();
  let probed: Probed | undefined;
  let problem: VisitProblem | null = null;
  try {
    const { customerId, platform } = link;
    const expected = guest.connection?.accountId;
    probed = await probeSecret(scope, { customerId, platform, values, method, expected });
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
  const unwanted = await asGuest(guest, async inside => {
    requireVerified(inside);
    const { visit, connection } = inside;
    const before = await proposed(inside);
    inside.scope.em.assign(visit, { problem, proposal: null, sealed: null });
    if (probed === undefined) return [before];
    const isOther = connection !== undefined && connection.accountId !== probed.account.id;
    await (isOther ? refuse(inside, probed) : keepAside(inside, probed));
    return isOther ? [before, probed] : [before];
  });
  for (const each of unwanted) if (each !== undefined) await giveBackProbed(scope, link.customerId, each);
  await giveBackEarlier(scope, { customerId: link.customerId, browser: browserHash(scope.keyring, guest.browser) });
}

/** Tokens of what nobody wants; a key stays what it is. */
export async function giveBackProbed(house: House, customerId: string, probed: Probed): Promise<void> {
  const { refreshable, platform, account } = probed;
  if (refreshable === undefined) return;
  await giveBack(house, { customerId, platform, appId: refreshable.appId, accountId: account.id }, probed);
}

/** What {@link offerSecret} kept aside. */
export async function proposed(inside: GuestInside): Promise<Probed | undefined> {
  const { scope, visit, connector, link } = inside;
  const { proposal, sealed, id, customerId } = visit;
  if (proposal === null || sealed === null) return undefined;
  const { method, secret, tokens } = await openAside(scope, { id, customerId, sealed });
  const way = methodNamed(connector, method);
  const refreshable =
    tokens && way && refreshableOf(scope.keyring, { method: way, secret, ...tokens, times: timesFrom(tokens.times) });
  return { ...proposal, platform: link.platform, connector, method, secret, ...(refreshable && { refreshable }) };
}

/** What is kept aside, opened. */
export async function openAside(
  { keyring }: Pick<House, 'keyring'>,
  { id, customerId, sealed }: { readonly id: string; readonly customerId: string; readonly sealed: Buffer },
): Promise<StoredSecret & Pick<Aside, 'tokens'>> {
  const plain = await keyring.open(sealed, { customerId, field, rowId: id, epoch: 0 });
  const { method, secret, tokens } = JSON.parse(plain.toString()) as Aside;
  return { method, secret: new Secret(secret), ...(tokens && { tokens }) };
}

/** Which of the accounts that were found one after the other this is. */
export function proposalIdOf({ sealed }: LinkVisit): string {
  return createHash('sha256')
    .update(sealed ?? '')
    .digest('base64url');
}

/** What is sealed of a proposal. */
interface Aside {
  readonly method: string;
  readonly secret: Readonly<Record<string, string>>;
  /** Of tokens that are kept fresh. */
  readonly tokens?: {
    readonly app: { readonly id: string | null; readonly clientId: string | null };
    readonly times: TimesText;
  };
}

async function keepAside({ scope, visit }: GuestInside, probed: Probed): Promise<void> {
  const { account, warnings, method, secret, refreshable } = probed;
  const { id, customerId } = visit;
  const tokens = refreshable && {
    app: { id: refreshable.appId, clientId: refreshable.clientId },
    times: textOf(refreshable),
  };
  const plain = Buffer.from(JSON.stringify({ method, secret: secret.reveal(), ...(tokens && { tokens }) }));
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
