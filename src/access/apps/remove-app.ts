import { LockMode } from '@mikro-orm/postgresql';
import { CallerError } from '../../core/errors.js';
import { record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { Credential } from '../credential.entity.js';
import { StoredApp } from './stored-app.entity.js';

/** @throws CallerError CONFLICT while a customer's connections are refreshed by it */
export async function removeApp(scope: Scope, platform: string, customerId: string | null): Promise<boolean> {
  return inTransaction(scope, async inside => {
    const { em } = inside;
    const app = await em.findOne(StoredApp, { platform, customerId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (app === null) return false;
    const { id, clientId } = app;
    if ((await em.count(Credential, { appId: id, fingerprint: { $ne: null } })) > 0) {
      throw new CallerError('CONFLICT', 'Connections of this customer live by this app.', {
        remedy: 'Disconnect them first, or set the new secret with `setPlatformApp`.',
      });
    }
    await em.nativeUpdate(Credential, { appId: id }, { appId: null });
    await em.nativeDelete(StoredApp, { id });
    const details = { platform, clientId };
    await record(inside, { act: 'platform-app.removed', target: `platform-app ${id}`, customerId, details });
    return true;
  });
}
