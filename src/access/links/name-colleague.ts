import { contactShape, record } from '../../customers/index.js';
import { writeFact } from '../../outbox/index.js';
import { asGuest, type Guest, LinkEnded } from './guest.js';
import { ColleagueDecision } from './link.entity.js';
import { requireVerified } from './offer-secret.js';

/**
 * The contact is not the one who can do this and names somebody. Customer success decides; until then the contact can still
 * do it. What is wrong with the name or address stands in the visit afterwards. @throws LinkEnded
 */
export function nameColleague(guest: Guest, given: { readonly name: string; readonly email: string }): Promise<void> {
  return asGuest(guest, async inside => {
    requireVerified(inside);
    const { scope, link, visit } = inside;
    const { contact } = link;
    if (contact === null) throw new LinkEnded();
    const name = contactShape.name.safeParse(given.name);
    const email = contactShape.email.safeParse(given.email);
    if (!name.success || !email.success)
      return void (visit.problem = { kind: 'colleague', field: name.success ? 'email' : 'name' });

    const domain = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
    const sameDomain = domain(email.data) === domain(contact.email);
    const colleague = { name: name.data, email: email.data, sameDomain, decision: ColleagueDecision.WAITING };
    visit.problem = null;
    scope.em.assign(link, { colleague });
    await scope.em.flush();
    const { id: linkId, customerId, connectionId, platform } = link;
    const about = { customerId, linkId, ...(connectionId !== null && { connectionId }) };
    const details = { platform, by: contact.name, name: name.data, email: email.data, sameDomain };
    await writeFact(scope, { kind: 'link.colleague-named', ...about, details });
    await record(scope, { act: 'colleague.named', target: `link ${linkId}`, customerId, details });
  });
}
