import { randomUUID } from 'node:crypto';
import { LockMode } from '@mikro-orm/postgresql';
import { connectorFor } from '../../catalog/index.js';
import { CallerError, notFound } from '../../core/errors.js';
import { Secret } from '../../core/secret.js';
import { Customer, record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { requireOAuth } from '../oauth/oauth-method.js';
import { sealAppSecret } from './app-secret.js';
import { shown } from './list-apps.js';
import { livesBy } from './lives-by.js';
import type { PlatformApp, SetPlatformAppInput } from './platform-app.type.js';
import { stillUsed } from './still-used.js';
import { StoredApp } from './stored-app.entity.js';

const printable = /^[ -~]{1,2048}$/;

/**
 * @throws CallerError NOT_FOUND, UNKNOWN_PLATFORM, PLATFORM_NOT_SUPPORTED, INVALID_INPUT; CONFLICT with another client id
 *   while connections live by the old one
 */
export async function setApp(scope: Scope, input: SetPlatformAppInput): Promise<PlatformApp> {
  const { customerId = null } = input;
  const connector = connectorFor(scope, input.platform, 'input.platform');
  const platform = connector.manifest.id;
  requireOAuth(connector);
  const clientId = readPrintable('input.clientId', input.clientId);
  const clientSecret = new Secret(readPrintable('input.clientSecret', input.clientSecret));
  return inTransaction(scope, async inside => {
    const { em, keyring, clock, viewer } = inside;
    if (customerId !== null && (await em.findOne(Customer, { id: customerId })) === null) throw notFound('customer');
    const before = await em.findOne(StoredApp, { platform, customerId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const inForce = before ?? (customerId === null ? scope.platformApps.get(platform) : undefined);
    if (inForce !== undefined && inForce.clientId !== clientId) {
      const id = customerId === null ? null : (before?.id ?? null);
      if (await livesBy(inside, connector, { id, clientId: inForce.clientId }))
        throw stillUsed(inForce.clientId, 'input.clientId');
    }
    const now = clock.now();
    const app = {
      ...{ id: before?.id ?? randomUUID(), platform, customerId, clientId, epoch: (before?.epoch ?? 0) + 1 },
      ...{ createdAt: before?.createdAt ?? now, updatedAt: now, updatedBy: viewer.name },
    };
    const sealed = await sealAppSecret(keyring, app, clientSecret);
    const stored = await em.upsert(StoredApp, { ...app, sealed });
    await em.execute(
      `update credentials set retry_at = null, failures = 0 from connections n
       where n.id = connection_id and n.platform = ? and last_failure ->> 'kind' = 'misconfigured'`,
      [platform],
    );
    const details = { platform, clientId };
    await record(inside, { act: 'platform-app.set', target: `platform-app ${app.id}`, customerId, details });
    return shown(scope, stored);
  });
}

function readPrintable(field: string, value: string): string {
  const trimmed = value.trim();
  if (printable.test(trimmed)) return trimmed;
  throw new CallerError('INVALID_INPUT', 'The value is empty, too long, or holds characters that no app has.', {
    field,
    remedy: 'Copy the value again from the platform, without line breaks.',
  });
}
