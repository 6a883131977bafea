import { raw } from '@mikro-orm/postgresql';
import { reachedThrough } from '../catalog/index.js';
import { z } from 'zod';
import { checkInput, readPage, searchWords } from '../customers/index.js';
import type { PageRequest } from '../core/page.js';
import type { Scope } from '../scope.js';
import { Call } from './call.entity.js';
import type { CallFilter, CallPage } from './call.type.js';

const callIds = z.array(z.guid('must hold ids of calls')).max(100, 'must hold at most 100 ids');

/** Calls of one customer, latest first. */
export function readCalls(scope: Scope, customerId: string, filter: CallFilter, page: PageRequest): Promise<CallPage> {
  return readPage(scope.em, Call, { customerId, ...where(filter), ...ofPlatform(scope, filter) }, page, 'startedAt');
}

/** Calls are kept under the platform that they were reached through. Who asks for another medium besides gets none. */
function ofPlatform(scope: Scope, { platform, medium }: CallFilter): object {
  if (platform == null) return {};
  const reached = reachedThrough(scope, platform);
  if (reached.medium === undefined || medium == null) return reached;
  return { ...reached, $and: [{ medium }] };
}

function where({ ids, from, to, title, participantEmail, removed, ...equal }: CallFilter): object {
  const words = checkInput(searchWords, title, 'filter.title');
  return {
    ...Object.fromEntries(Object.entries(equal).filter(([, value]) => value != null)),
    ...(ids != null && { id: { $in: checkInput(callIds, ids, 'filter.ids') } }),
    ...((from != null || to != null) && {
      startedAt: { ...(from != null && { $gte: from }), ...(to != null && { $lt: to }) },
    }),
    ...(removed != null && { removedAt: removed ? { $ne: null } : null }),
    ...(words !== '' && { title: { $ilike: `%${words.replace(/[\\%_]/g, '\\$&')}%` } }),
    ...(participantEmail != null && {
      [raw(`lower(participants::text)::jsonb`)]: { $contains: [{ email: participantEmail.toLowerCase() }] },
    }),
  };
}
