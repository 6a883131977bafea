import { randomUUID } from 'node:crypto';
import { LockMode } from '@mikro-orm/postgresql';
import { Connection } from '../access/index.js';
import { connectorFor } from '../catalog/index.js';
import { CallerError, notFound } from '../core/errors.js';
import { Secret } from '../core/secret.js';
import { record } from '../customers/index.js';
import { fits } from '../engine/index.js';
import { inTransaction, type Scope } from '../scope.js';
import { Hook } from './hook.entity.js';
import { withSecret } from './hook-secrets.js';
import type { SetPlatformWebhookInput, SetWebhookSecretInput } from './hook.type.js';

const mostCharacters = 8_192;

/**
 * Keeps what verifies the events of one connection, where an administrator of the customer set them up.
 *
 * @throws CallerError NOT_FOUND, INVALID_INPUT, CONFLICT when the platform's events are set up in another way or nobody needs them
 */
export async function setWebhookSecret(scope: Scope, { connectionId, secret }: SetWebhookSecretInput): Promise<Hook> {
  const value = read(secret);
  return inTransaction(scope, async inside => {
    const connection = await inside.em.findOne(Connection, { id: connectionId });
    if (connection === null) throw notFound('connection');
    requireSetUp(inside, connection.platform, 'customer');
    const hook = await inside.em.findOne(Hook, { connectionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (hook === null) {
      throw new CallerError('CONFLICT', 'No real-time sync keeps up with this connection.', {
        field: 'input.connectionId',
        remedy:
          'Set one up with `createSync` and the cadence REAL_TIME, wait a moment, and enter the address that it names.',
      });
    }
    requireFit(inside, connection.platform, value);
    await keep(inside, hook, value);
    const { customerId } = connection;
    await record(inside, { act: 'webhook-secret.set', target: `connection ${connectionId}`, customerId });
    return hook;
  });
}

/**
 * Keeps what verifies the events of the hub's own app at a platform, whose one address serves all customers.
 *
 * @throws CallerError UNKNOWN_PLATFORM, PLATFORM_NOT_SUPPORTED, INVALID_INPUT, CONFLICT when its events are set up in another way
 */
export async function setPlatformWebhook(scope: Scope, input: SetPlatformWebhookInput): Promise<Hook> {
  const value = read(input.secret);
  const platform = requireSetUp(scope, input.platform, 'operator');
  requireFit(scope, platform, value);
  return inTransaction(scope, async inside => {
    const { em } = inside;
    await em.execute(
      'insert into hooks (id, platform) values (?, ?) on conflict (platform) where connection_id is null do nothing',
      [randomUUID(), platform],
    );
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
    const hook = await em.findOneOrFail(Hook, { platform, connectionId: null }, lock);
    await keep(inside, hook, value);
    await record(inside, { act: 'webhook-secret.set', target: `platform ${platform}`, customerId: null });
    return hook;
  });
}

async function keep(inside: Scope, hook: Hook, secret: Secret<string>): Promise<void> {
  Object.assign(hook, await withSecret(inside.keyring, hook, secret));
  await inside.em.flush();
}

function read(text: string): Secret<string> {
  const trimmed = text.trim();
  if (trimmed !== '' && trimmed.length <= mostCharacters && !trimmed.includes('\0')) return new Secret(trimmed);
  throw new CallerError('INVALID_INPUT', 'The secret is empty, or longer than any.', {
    field: 'input.secret',
    remedy: 'Copy it again from where the platform shows it.',
  });
}

/** What can verify no event of the platform is something else that was copied. */
function requireFit(scope: Pick<Scope, 'connectors'>, platform: string, secret: Secret<string>): void {
  const { webhooks, manifest } = connectorFor(scope, platform);
  if (webhooks === undefined || fits(webhooks.authenticity, secret)) return;
  const wanted = webhooks.setUp.by === 'hub' ? '' : ` ${webhooks.setUp.secret}`;
  throw new CallerError('INVALID_INPUT', `No event of ${manifest.name} can be verified by this.${wanted}`, {
    field: 'input.secret',
    remedy: 'Copy it again, whole, from where the platform shows it.',
  });
}

/** @returns the id that connections are kept under. */
function requireSetUp(scope: Pick<Scope, 'connectors'>, platformId: string, by: 'customer' | 'operator'): string {
  const { webhooks, manifest } = connectorFor(scope, platformId, 'input.platform');
  if (webhooks?.setUp.by === by) return manifest.id;
  const how = webhooks === undefined ? 'sends no events' : `is asked for its events in another way`;
  throw new CallerError('CONFLICT', `${manifest.name} ${how}.`, {
    remedy:
      webhooks?.setUp.by === 'operator'
        ? 'An administrator sets the secret of the app with `setPlatformWebhook`.'
        : webhooks?.setUp.by === 'customer'
          ? 'Set the secret of each connection with `setWebhookSecret`.'
          : 'Nothing has to be entered: a real-time sync does all there is to do.',
  });
}
