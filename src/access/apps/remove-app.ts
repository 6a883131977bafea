import { LockMode } from '@mikro-orm/postgresql';
import { isConnector } from '../../catalog/index.js';
import { record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { Credential } from '../credential.entity.js';
import { livesBy } from './lives-by.js';
import { stillUsed } from './still-used.js';
import { StoredApp } from './stored-app.entity.js';

/** @throws CallerError CONFLICT while connections are kept fresh by it */
export async function removeApp(scope: Scope, platform: string, customerId: string | null): Promise<boolean> {
  return inTransaction(scope, async inside => {
    const { em } = inside;
    const app = await em.findOne(StoredApp, { platform, customerId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (app === null) return false;
    const { id, clientId } = app;
    const connector = scope.connectors.get(platform);
    // The configured app that stood behind it may be the same.
    const isStill = customerId === null && scope.platformApps.get(platform)?.clientId === clientId;
    if (!isStill && connector !== undefined && isConnector(connector)) {
      if (await livesBy(inside, connector, { id: customerId === null ? null : id, clientId }))
        throw stillUsed(clientId);
    }
    await em.nativeUpdate(Credential, { appId: id }, { appId: null });
    await em.nativeDelete(StoredApp, { id });
    const details = { platform, clientId };
    await record(inside, { act: 'platform-app.removed', target: `platform-app ${id}`, customerId, details });
    return true;
  });
}
