import { timingSafeEqual } from 'node:crypto';
import { record } from '../../customers/index.js';
import { asGuest, type Guest, type GuestInside } from './guest.js';
import { codeHash } from './link-secret.js';
import { endLink } from './revoke-link.js';

const mostTries = 5;
/** Of all codes together. */
const mostWrongCodes = 15;

/** The code from the mail. What is wrong with it stands in the visit afterwards. @throws LinkEnded */
export function enterCode(guest: Guest, given: string): Promise<void> {
  return asGuest(guest, async inside => {
    const { scope, link, visit } = inside;
    if (visit.verifiedAt !== null) return;
    const now = scope.clock.now();
    const { codeHash: expected, codeExpiresAt } = visit;
    if (expected === null || codeExpiresAt === null || codeExpiresAt <= now)
      return void (visit.problem = { kind: 'code-over' });
    // People type spaces into long numbers.
    const entered = codeHash(scope.keyring, visit.id, given.replaceAll(/\s/g, ''));
    if (!timingSafeEqual(entered, expected)) return wrongCode(inside);

    scope.em.assign(visit, { verifiedAt: now, codeHash: null, problem: null });
    scope.em.assign(link, { verifiedAt: link.verifiedAt ?? now });
    await scope.em.flush();
    await record(scope, { act: 'link.verified', target: `link ${link.id}`, customerId: link.customerId });
  });
}

async function wrongCode({ scope, link, visit }: GuestInside): Promise<void> {
  visit.codeTries += 1;
  link.wrongCodes += 1;
  const left = mostTries - visit.codeTries;
  visit.problem = left > 0 ? { kind: 'wrong-code', left } : { kind: 'code-over' };
  if (left <= 0) visit.codeHash = null;
  await scope.em.flush();
  if (link.wrongCodes >= mostWrongCodes) await endLink(scope, link, 'Too many wrong codes were entered.');
  const { id, customerId } = link;
  await record(scope, { act: 'link.code-refused', target: `link ${id}`, customerId, details: { triesLeft: left } });
}
