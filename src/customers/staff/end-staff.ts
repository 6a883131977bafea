import { LockMode } from '@mikro-orm/postgresql';
import { notFound } from '../../core/errors.js';
import { inTransaction, type Scope } from '../../scope.js';
import { record } from '../audit/record.js';
import { ApiKey } from '../keys/api-key.entity.js';
import { announceRevoked } from '../keys/revoke-api-key.js';
import { Staff } from './staff.entity.js';

/** Notes that a member of staff has left. Their API keys are revoked in the same transaction. */
export async function endStaff(scope: Scope, id: string): Promise<Staff> {
  const { staff, revoked } = await inTransaction(scope, async inside => {
    // Locked, so that no key can be issued to them meanwhile; see createApiKey.
    const staff = await inside.em.findOne(Staff, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (staff === null) throw notFound('member of staff');
    if (staff.leftAt !== null) return { staff, revoked: [] };
    const revoked = await inside.em.find(ApiKey, { staff: id, revokedAt: null });
    staff.leftAt = scope.clock.now();
    for (const key of revoked) key.revokedAt = staff.leftAt;
    await inside.em.flush();
    const details = { revokedKeys: revoked.map(key => key.id) };
    await record(inside, { act: 'staff.ended', target: `staff ${id}`, details });
    return { staff, revoked };
  });
  for (const key of revoked) announceRevoked(scope, key.id);
  return staff;
}
