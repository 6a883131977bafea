import type { HubSetUp } from '#connector';
import { Connection, openAccount, stillWorks } from '../access/index.js';
import { connectorFor } from '../catalog/index.js';
import { PlatformError } from '../core/errors.js';
import { type GrantedSubscription, listSubscriptions, renew } from '../engine/index.js';
import { writeFact } from '../outbox/index.js';
import { inTransaction, type Scope } from '../scope.js';
import { businessNow, fewestMinutes, keepPace, tellOfSyncs } from '../syncs/index.js';
import { Hook, type HookProblem } from './hook.entity.js';
import { endHook } from './end-hook.js';
import { type Hold, HoldLost, writeHeld } from './hold.js';
import { makeSubscription } from './make-subscription.js';
import { hookUrl } from './place-of-hooks.js';
import { isSetUp, isSilent, noPublicAddress, silence } from './standing-of-hook.js';

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** While events arrive, polling is only there for what they leave out. */
const safetyMinutes = 15;
const waitMinutes = [1, 5, 15, 60] as const;
/** A subscription that is made anew because nothing arrives may not help, and is not tried more often. */
const mendAgainHours = 6;
/** Where nothing has to be asked of a platform. */
const lookAgainMinutes = 5;

/** What is known while a hook is looked after. */
interface Care {
  readonly scope: Scope;
  readonly hook: Hook;
  readonly hold: Hold;
  readonly connection: Connection;
  readonly now: Date;
}

/** Sees to it that events arrive at a hook, or that nobody sends any more when it is not needed; then lets go of it. @throws HoldLost */
export async function tendHook(scope: Scope, hold: Hold): Promise<void> {
  const hook = await scope.em.findOne(Hook, { id: hold.id, claim: hold.claim }, { refresh: true });
  if (hook?.connectionId == null) throw new HoldLost();
  const connection = await scope.em.findOneOrFail(Connection, { id: hook.connectionId });
  const care: Care = { scope, hook, hold, connection, now: await businessNow(scope) };
  if (hook.ending) return endHook(scope, hook, hold, connection);
  const next = await look(care).catch((error: unknown) => troubled(care, error));
  await settle(care, next);
}

/** What comes of a look: when the next one is, and what stands in the way. */
interface Looked {
  readonly nextAt: Date;
  readonly problem: HookProblem | null;
  readonly failures: number;
  /** Events may have been missed until now. */
  readonly hadGap?: boolean;
}

async function look(care: Care): Promise<Looked> {
  const { scope, hook, hold, connection, now } = care;
  const again = (problem: HookProblem | null): Looked => ({
    ...{ problem, failures: 0 },
    nextAt: new Date(now.getTime() + lookAgainMinutes * minuteMs),
  });
  const { setUp } = connectorFor(scope, hook.platform).webhooks ?? {};
  if (setUp === undefined) return again(null);
  const url = await hookUrl(scope, hook);
  if (url === undefined) return again(noPublicAddress);
  if (setUp.by !== 'hub' || !stillWorks(connection)) return again(isSilent(hook) ? silence : null);
  const ask = (await openAccount(scope, connection)).ask.as('subscription');
  const clock = (): Date => now;
  const isToBeMended = isSilent(hook) && !wasMendedLately(hook, now);
  const found = isToBeMended ? undefined : await inspect(care, setUp, ask, url);
  if (found === 'alive')
    return { ...onTime(hook.renewAt, hook.checkedAt, now), problem: isSilent(hook) ? silence : null };
  if (found !== undefined) {
    await note(care, { expiresAt: found.expiresAt ?? null, renewAt: found.renewAt ?? null, checkedAt: now });
    return onTime(hook.renewAt, now, now);
  }
  const wasSubscribed = hook.subscriptionId !== null;
  if (wasSubscribed) await tellDead(care);
  const made = await makeSubscription(scope, hook, hold, { setUp, ask, url, now: clock });
  if (wasSubscribed)
    await inTransaction(scope, inside => writeFact(inside, { kind: 'webhook.replaced', ...aboutHook(care) }));
  await hearAnew(care, isToBeMended);
  return { ...onTime(made.renewAt ?? null, now, now), hadGap: true };
}

function wasMendedLately({ mendedAt }: Hook, now: Date): boolean {
  return mendedAt !== null && now.getTime() - mendedAt.getTime() < mendAgainHours * 3_600_000;
}

/** Silence counts from here on. Whoever has lost the hold meanwhile changes nothing. */
async function hearAnew({ scope, hook, hold, now }: Care, isMended: boolean): Promise<void> {
  hook.silentPolls = 0;
  if (isMended) hook.mendedAt = now;
  await scope.em.execute('update hooks set silent_polls = 0, heard_at = ?, mended_at = ? where id = ? and claim = ?', [
    now,
    hook.mendedAt,
    hook.id,
    hold.claim,
  ]);
}

/** Undefined: it is dead, or there is none. What is told of one that was looked up or renewed counts from now on. */
async function inspect(
  { hook, now }: Care,
  setUp: HubSetUp,
  ask: Parameters<typeof renew>[1],
  url: string,
): Promise<'alive' | GrantedSubscription | undefined> {
  const { subscriptionId: id, expiresAt, renewAt, checkedAt } = hook;
  if (id === null || hook.url !== url || (expiresAt !== null && expiresAt <= now)) return undefined;
  const clock = (): Date => now;
  if (renewAt !== null && renewAt <= now) {
    const renewed = await renew(setUp, ask, id, clock);
    // What is granted anew ends later; else it was not renewed at all.
    return renewed?.expiresAt !== undefined && renewed.expiresAt > now ? renewed : undefined;
  }
  if (checkedAt !== null && now.getTime() - checkedAt.getTime() < dayMs) return 'alive';
  const listed = await listSubscriptions(setUp, ask, clock);
  if (listed === undefined) {
    hook.checkedAt = now;
    return 'alive';
  }
  const own = listed.find(one => one.id === id);
  const leadsHere = own !== undefined && !own.isBlocked && (own.url === undefined || own.url === url);
  if (!leadsHere) return undefined;
  // A renewal is planned already, by what was granted when it was made.
  return { ...own, expiresAt: own.expiresAt, renewAt: renewAt ?? own.renewAt };
}

function onTime(renewAt: Date | null, checkedAt: Date | null, now: Date): Looked {
  const times = [renewAt?.getTime() ?? Number.POSITIVE_INFINITY, (checkedAt ?? now).getTime() + dayMs];
  const nextAt = new Date(Math.max(now.getTime() + minuteMs, Math.min(...times)));
  return { nextAt, problem: null, failures: 0 };
}

/** A subscription that was granted lives on while only its renewal fails. */
function troubled({ scope, hook, now }: Care, error: unknown): Looked {
  if (!(error instanceof PlatformError)) throw error;
  scope.log.info('A subscription could not be looked after.', { hookId: hook.id, code: error.code });
  const {
    code,
    message,
    remedy = 'Nothing needs to be done: it is tried again, and calls are polled meanwhile.',
  } = error;
  const { setUp } = connectorFor(scope, hook.platform).webhooks ?? {};
  const needs =
    setUp?.by === 'hub' && error.recovery !== 'retry' && error.recovery !== 'wait' ? setUp.needs : undefined;
  const minutes = waitMinutes[Math.min(hook.failures, waitMinutes.length - 1)] ?? 1;
  const nextAt = Math.max(error.until?.getTime() ?? 0, now.getTime() + minutes * minuteMs);
  return { nextAt: new Date(nextAt), problem: { code, message, remedy: needs ?? remedy }, failures: hook.failures + 1 };
}

async function tellDead(care: Care): Promise<void> {
  await inTransaction(care.scope, async inside => {
    await writeFact(inside, { kind: 'webhook.dead', ...aboutHook(care) });
  });
}

function aboutHook({ connection: { customerId, id, platform, accountName } }: Care) {
  return { customerId, connectionId: id, details: { platform, account: accountName } };
}

/** Writes down what came of it, lets go of the hook, and has its syncs poll as often as it takes. */
async function settle({ scope, hook, hold, connection, now }: Care, looked: Looked): Promise<void> {
  const { setUp, ...rest } = connectorFor(scope, hook.platform).webhooks ?? {};
  if (setUp === undefined || rest === undefined) return;
  await inTransaction(scope, async inside => {
    // Before the syncs, in the order of whoever works off events.
    const [row] = await inside.em.execute<{ is_due: boolean }[]>(
      'select next_at <= business_now() as is_due from hooks where id = ? for update',
      [hook.id],
    );
    const [app] = await appOf(scope, hook.platform);
    const connector = connectorFor(scope, hook.platform);
    const fewest = fewestMinutes(connector, scope.platformLimits.get(hook.platform) ?? connector.limits);
    const alive = looked.problem?.code !== noPublicAddress.code && isSetUp(setUp, hook, app ?? null, now);
    await keepPace(inside, connection.id, {
      // The first call that it did not tell of may be the last that it would have told of.
      pollMinutes: alive && hook.silentPolls === 0 ? Math.max(fewest, safetyMinutes) : fewest,
      atOnce: looked.hadGap ?? false,
    });
    const { nextAt, problem, failures } = looked;
    const aliveSince = alive ? (hook.aliveSince ?? now) : null;
    // What was made due meanwhile, by an event or a person, is looked after again: this look knew nothing of it.
    const when = row?.is_due ? {} : { nextAt };
    await writeHeld(inside, hold, {
      ...when,
      problem,
      failures,
      heldUntil: null,
      checkedAt: hook.checkedAt,
      aliveSince,
    });
  });
  tellOfSyncs(scope, connection.customerId);
}

/** It belongs to no customer. */
function appOf(scope: Scope, platform: string): Promise<Hook[]> {
  return scope.houseScope(scope.signal).em.find(Hook, { platform, connectionId: null });
}

async function note({ scope, hook, hold }: Care, columns: Partial<Hook>): Promise<void> {
  Object.assign(hook, columns);
  await writeHeld(scope, hold, columns);
}
