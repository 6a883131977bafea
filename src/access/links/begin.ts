import { randomInt, randomUUID } from 'node:crypto';
import { record } from '../../customers/index.js';
import { postMail } from '../../outbox/index.js';
import { inTransaction } from '../../scope.js';
import { mailsIn } from '../../texts/mails.js';
import { asGuest, type Guest, type GuestInside, LinkEnded, lockedLink } from './guest.js';
import type { Link } from './link.entity.js';
import { codeHash, hashOf, newSecret, secretFrom } from './link-secret.js';
import { LinkVisit } from './visit.entity.js';

const codeMs = 10 * 60_000;
const betweenCodesMs = 30_000;
/** How long a ticket that was opened may take, the way through the platform with it. */
const openTicketMs = 60 * 60_000;
/** With five tries each, as many codes as give a stranger a chance of three in 100,000. */
const mostCodes = 6;

/**
 * Somebody begins: from here on it is this browser and no other. Sends a code to a contact. Who clicks twice begins once:
 * the same cookie of a browser that has not begun becomes the same visit.
 *
 * @returns the browser's new cookie. @throws LinkEnded
 */
export async function begin(guest: Guest): Promise<string> {
  const { keyring } = guest.scope;
  const twin = secretFrom(keyring, guest.browser);
  const { secret, visit, isNew } = await inTransaction(guest.scope, async scope => {
    const { link } = await lockedLink({ ...guest, scope });
    const isTicket = link.contact === null;
    const begun = await scope.em.findOne(LinkVisit, { hash: hashOf(keyring, 'visit', twin) });
    // Once somebody is through, what they had before is worth no more than a link.
    if (begun !== null && (isTicket || begun.verifiedAt === null)) return { secret: twin, visit: begun, isNew: false };
    const secret = begun === null ? twin : newSecret();
    const now = scope.clock.now();
    if (isTicket) openTicket(link, now);
    const visit = scope.em.create(LinkVisit, {
      ...{ id: randomUUID(), linkId: link.id, customerId: link.customerId, createdAt: now, seenAt: now },
      hash: hashOf(scope.keyring, 'visit', secret),
      ...{
        codeHash: null,
        codeExpiresAt: null,
        codeTries: 0,
        verifiedAt: isTicket ? now : null,
        problem: null,
        proposal: null,
      },
      ...{ sealed: null, finishedAt: null },
    });
    await scope.em.persist(visit).flush();
    return { secret, visit, isNew: true };
  });
  if (isNew) await asGuest({ ...guest, visit }, sendCode);
  return secret.reveal();
}

/** A ticket takes no code, so the first browser that begins with it is the only one. */
function openTicket(link: Link, now: Date): void {
  if (link.openedAt !== null) throw new LinkEnded();
  const expiresAt = new Date(now.getTime() + openTicketMs);
  Object.assign(link, { openedAt: now, verifiedAt: now, expiresAt });
}

/** Sends another code; the one before is void. @throws LinkEnded */
export function sendAnotherCode(guest: Guest): Promise<void> {
  return asGuest(guest, sendCode);
}

async function sendCode({ scope, link, visit, connector }: GuestInside): Promise<void> {
  const { clock, keyring, operatorName: operator } = scope;
  const now = clock.now();
  if (visit.verifiedAt !== null) return;
  const { codesSent, codeSentAt, contact, customerId } = link;
  if (contact === null) return;
  if (codesSent >= mostCodes) return void (visit.problem = { kind: 'no-more-codes' });
  if (codeSentAt !== null && now.getTime() - codeSentAt.getTime() < betweenCodesMs)
    return void (visit.problem = { kind: 'code-too-soon' });

  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const usefulUntil = new Date(now.getTime() + codeMs);
  const hash = codeHash(keyring, visit.id, code);
  scope.em.assign(visit, { codeHash: hash, codeExpiresAt: usefulUntil, codeTries: 0, problem: null });
  scope.em.assign(link, { openedAt: link.openedAt ?? now, codesSent: codesSent + 1, codeSentAt: now });
  const { name, email: address, language } = contact;
  const { subject, text } = mailsIn(language).code({ operator, code, name, platform: connector.manifest.name });
  await postMail(scope, { customerId, to: { name, address }, language, subject, text, usefulUntil });
  await scope.em.flush();
  await record(scope, { act: 'link.code-sent', target: `link ${link.id}`, customerId });
}
