import { randomUUID } from 'node:crypto';
import { CallerError, notFound } from '../../core/errors.js';
import { platformFor, reachedThrough } from '../../catalog/index.js';
import { record } from '../../customers/index.js';
import { inTransaction, type Scope } from '../../scope.js';
import { tellOfConnections } from '../watch-connections.js';
import { endSignIns } from './end-sign-ins.js';
import type { PlatformStop } from './platform-stop.type.js';
import { readStops } from './read-stops.js';

const longestReason = 500;

/**
 * Stops all use of a platform at once: from the commit on no connection to it is used, and what runs through one pauses within
 * seconds. Workers then revoke and destroy its credentials. Doing it again changes nothing.
 *
 * @throws CallerError UNKNOWN_PLATFORM, INVALID_INPUT
 */
export async function stopPlatform(scope: Scope, asked: string, reason: string): Promise<PlatformStop> {
  const { manifest } = platformFor(scope, asked, 'platform');
  const platform = manifest.id;
  if (reason.trim() === '' || reason.length > longestReason || reason.includes('\0'))
    throw new CallerError('INVALID_INPUT', `The reason must be 1 to ${longestReason} characters long.`, {
      ...{ field: 'reason', remedy: 'Say in a sentence why; it stands in the audit trail.' },
    });
  const { id, customers } = await inTransaction(scope, async inside => {
    const { em, viewer, clock } = inside;
    const [made] = await em.execute<{ id: string }[]>(
      `insert into platform_stops (id, platform, reason, stopped_by, stopped_at) values (?, ?, ?, ?, ?)
       on conflict (platform) where lifted_at is null do nothing returning id`,
      [randomUUID(), platform, reason.trim(), viewer.name, clock.now()],
    );
    if (made === undefined) return { id: await idInForce(inside, platform), customers: [] };
    const stopped = await em.execute<{ customer_id: string }[]>(
      `with cut as (
         update connections set credential_health = 'disconnected', updated_at = ?, last_error = ?
         where platform = ? returning id, customer_id
       ), work as (
         insert into platform_stop_work (stop_id, connection_id, customer_id, epoch)
         select ?, cut.id, cut.customer_id, c.epoch from cut join credentials c on c.connection_id = cut.id where length(c.sealed) > 0
       )
       select distinct customer_id from cut`,
      [clock.now(), JSON.stringify(notice(manifest.name)), platform, made.id],
    );
    await endSignIns(inside, platform, {
      code,
      message: `All use of ${manifest.name} is stopped for the time being.`,
      remedy: 'Wait for word from whoever sent you here, then start again.',
    });
    await record(inside, {
      act: 'platform.stopped',
      target: `platform ${platform}`,
      details: { reason: reason.trim(), customers: stopped.length },
    });
    return { id: made.id, customers: stopped.map(row => row.customer_id) };
  });
  for (const customerId of customers) tellOfConnections(scope, customerId);
  return stopOf(scope, id);
}

/**
 * Allows the use of a platform again. Destroyed credentials do not come back: each account has to be connected again, and
 * what paused then goes on by itself.
 *
 * @throws CallerError NOT_FOUND when the platform is not stopped
 */
export async function liftPlatformStop(scope: Scope, asked: string): Promise<PlatformStop> {
  const { platform } = reachedThrough(scope, asked);
  const id = await inTransaction(scope, async inside => {
    const { em, viewer, clock } = inside;
    const [lifted] = await em.execute<{ id: string }[]>(
      'update platform_stops set lifted_by = ?, lifted_at = ? where platform = ? and lifted_at is null returning id',
      [viewer.name, clock.now(), platform],
    );
    if (lifted === undefined) throw notFound('stop');
    await em.execute(
      `update connections set updated_at = ?, last_error = last_error || ? where platform = ? and last_error ->> 'code' = ?`,
      [clock.now(), JSON.stringify({ remedy: afterwards }), platform, code],
    );
    await record(inside, { act: 'platform.allowed', target: `platform ${platform}` });
    return lifted.id;
  });
  return stopOf(scope, id);
}

const code = 'PLATFORM_STOPPED';
const afterwards = 'Connect the same account again; what was paused for it then goes on by itself.';

function notice(name: string): { code: string; message: string; remedy: string } {
  return {
    code,
    message: `All use of ${name} was stopped by whoever runs this hub, and the credential is destroyed.`,
    remedy: 'Wait for word from them, then connect the same account again.',
  };
}

async function idInForce({ em }: Scope, platform: string): Promise<string> {
  const [row] = await em.execute<{ id: string }[]>(
    'select id from platform_stops where platform = ? and lifted_at is null',
    [platform],
  );
  if (row === undefined) throw notFound('stop');
  return row.id;
}

async function stopOf(scope: Scope, id: string): Promise<PlatformStop> {
  const [stop] = await readStops(scope, id);
  if (stop === undefined) throw notFound('stop');
  return stop;
}
