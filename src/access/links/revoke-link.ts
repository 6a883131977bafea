import type { FilterQuery } from '@mikro-orm/postgresql';
import { notFound } from '../../core/errors.js';
import { record } from '../../customers/index.js';
import { writeFact } from '../../outbox/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { lockLinks } from './find-link.js';
import { isAlive, type Link } from './link.entity.js';
import { linkTime } from './link-time.js';

/** Ends a link before it is used. One that has ended stays as it is. @throws CallerError NOT_FOUND */
export function revokeLink(scope: Scope, id: string): Promise<Link> {
  return inTransaction(scope, async inside => {
    const [link] = await lockLinks(inside, { id });
    if (link === undefined) throw notFound('link');
    if (isAlive(link, await linkTime(inside))) await endLink(inside, link, `${scope.viewer.name} ended it.`);
    return link;
  });
}

/** Ends all links that fit and could still be used, in a transaction. */
export async function revokeLinks(inside: Scope, which: FilterQuery<Link>, because: string): Promise<void> {
  const open = { usedAt: null, revokedAt: null, expiresAt: { $gt: await linkTime(inside) } };
  for (const link of await lockLinks(inside, { $and: [which, open] })) await endLink(inside, link, because);
}

/** @param link locked, and not ended yet. */
export async function endLink(inside: Scope, link: Link, because: string): Promise<void> {
  inside.em.assign(link, { revokedAt: inside.clock.now(), revokedBecause: because });
  await inside.em.flush();
  const { id, customerId, connectionId, platform } = link;
  const details = { platform, because };
  const about = { customerId, linkId: id, ...(connectionId !== null && { connectionId }) };
  await writeFact(inside, { kind: 'link.revoked', ...about, details });
  await record(inside, { act: 'link.revoked', target: `link ${id}`, customerId, details });
}
