import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, markBroken, openAccount, type OpenAccount } from '../access/index.js';
import { connectorFor, versionOf } from '../catalog/index.js';
import type { Span } from '../core/traces.js';
import { type House, type Scope } from '../scope.js';
import { Announcer } from './announce.js';
import { type Claim, type Ending, extendLease, heartbeatMs, type Lease, LeaseLost, releaseLease } from './lease.js';
import { isLook, leavesRoom } from './leaves-room.js';
import { Meter } from './meter.js';
import { Progress } from './count-progress.js';
import { endingFor, endingOfSuccess } from './ending.js';
import { wantedBy } from './filter.js';
import { KnownCalls } from './known-calls.js';
import { planRun } from './plan-run.js';
import { noteListed } from './gaps.js';
import { goingOnFrom, takeSeen } from './glance.js';
import { FieldShares } from './drift/field-shares.js';
import { Run } from './run.entity.js';
import { EndOfWork, Interrupted, interruptionOf } from './end-of-work.js';
import { workTopic } from './snapshot.js';
import { soughtBy } from './sought.js';
import { walkSlices } from './walk-slices.js';
import { claimNext, isOwed } from './take-turns.js';
import { PlatformError } from '../core/errors.js';
import { isUnavailable } from '../core/unavailable.js';

/**
 * Walks the run, or the look, whose turn it is to its end. Safe to start at any time, any number of times: whoever holds the
 * lease works, everybody else returns, and work goes on from the last stored page.
 */
export async function executeRun(house: House, stopping: AbortSignal, kind: 'run' | 'look' = 'run'): Promise<void> {
  const claimed = await claimNext(house.sql, kind);
  if (claimed === undefined) return;
  const { lease, traceparent: parent } = claimed;
  const attributes = { 'patchbay.run.id': lease.runId, 'patchbay.customer.id': lease.customerId };
  await house.traces.span('run', { kind: 'consumer', parent, attributes }, span =>
    executeClaimed(house, claimed, stopping, span),
  );
}

async function executeClaimed(house: House, claimed: Claim, stopping: AbortSignal, span: Span): Promise<void> {
  const { lease } = claimed;
  const { runId } = lease;
  if (claimed.takenOver) house.metrics.count('patchbay_lease_takeovers_total', {});
  const announcer = new Announcer(house.bus);
  announcer.tell(claimed.snapshot);
  const end = new EndOfWork(stopping);
  const log = house.log.with({ runId });
  const heart = beat(house, lease, end);
  const scope = house.ownScope(lease.customerId, end.atOnce);
  const meter = new Meter();
  try {
    const outcome = await work({ ...scope, log }, claimed, announcer, meter, end);
    const { requests } = meter.read(undefined);
    const ending = await whenReachable(async () => {
      const reached = await outcome();
      announcer.tell(await releaseLease(house.sql, lease, reached, requests));
      return reached;
    }, stopping);
    span.note({ 'patchbay.run.status': ending.status });
    if (ending.error !== undefined) span.fail(ending.error.code);
    for (const topic of [workTopic(), workTopic(lease.customerId)]) house.bus.publish(topic, null);
    log.info('A run has come to a stop.', { status: ending.status, code: ending.error?.code });
  } catch (error) {
    if (error instanceof LeaseLost) {
      house.metrics.count('patchbay_leases_lost_total', {});
      log.info('The run is in other hands now.');
    }
    // The lease runs out by itself and the sweep adopts the run, from its last stored page.
    else {
      span.fail('INTERNAL');
      log.error('A run could not be settled.', { error });
    }
  } finally {
    clearInterval(heart);
    end.close();
    announcer.flush();
  }
}

/** What becomes of the run. May be asked again: the database can be away just then. */
type Outcome = () => Promise<Ending>;

async function work(
  scope: Scope,
  { lease, snapshot }: Pick<Claim, 'lease' | 'snapshot'>,
  announcer: Announcer,
  meter: Meter,
  end: EndOfWork,
): Promise<Outcome> {
  let account: OpenAccount | undefined;
  try {
    const run = await scope.em.findOneOrFail(Run, { id: lease.runId });
    const connection = await scope.em.findOneOrFail(Connection, { id: run.connectionId });
    const standsBack = leavesRoom(scope.sql, run, connectorFor(scope, run.platform));
    account = await openAccount(scope, connection, () => meter.countRequest(), standsBack);
    if (run.found === null && !(await isPlanned(scope, lease))) {
      announcer.tell(await planRun(scope.sql, lease, account, run));
    }
    const progress = new Progress(scope.metrics, run.platform, snapshot);
    const known = run.syncId === null ? undefined : new KnownCalls(scope, run);
    const shares = new FieldShares();
    const sought = isLook(run) ? await soughtBy(scope.sql, lease) : undefined;
    const seen = takeSeen(run.id);
    for (let n = 0; n < (seen?.requests ?? 0); n++) meter.countRequest();
    await walkSlices({
      house: scope,
      account,
      ask: seen === undefined ? account.ask : goingOnFrom(account.ask, seen),
      target: {
        lease,
        connectionId: connection.id,
        platform: run.platform,
        accountId: run.accountId,
        importId: run.syncId === null ? run.ownerId : null,
        connectorVersion: versionOf(account.connector),
        digestOf: id => known?.digestOf(id),
      },
      withTranscripts: run.withTranscripts,
      wants: wantedBy(run),
      known:
        known &&
        (listed => {
          sought?.noteWithin();
          return known.look(listed);
        }),
      listed: run.recount ? ids => noteListed(scope.sql, lease, ids) : sought?.listed,
      sought,
      meter,
      shares,
      signal: end.afterPage,
      tell: stored => {
        progress.count(stored);
        announcer.tell(stored);
      },
    });
    await shares
      .write(scope.sql, run)
      .catch((error: unknown) => scope.log.debug('Fields were not counted.', { error }));
    return () => endingOfSuccess(scope.sql, lease);
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    return async () => {
      if (error instanceof PlatformError && error.recovery === 'reconnect') {
        const { connectionId } = await scope.em.findOneOrFail(Run, { id: lease.runId });
        await markBroken(scope, connectionId, account?.epoch ?? 0, error);
      }
      const why = scope.signal.aborted ? interruptionOf(scope.signal, error) : error;
      if (why instanceof LeaseLost) throw why;
      return endingFor(scope, lease, why);
    };
  }
}

const lookAgainMs = 500;

/**
 * A run whose database went away is handed back as soon as that returns, instead of when its lease has run out.
 * Whoever else has taken it by then is told by the fence.
 */
async function whenReachable<T>(act: () => Promise<T>, stopping: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (stopping.aborted || !isUnavailable(error)) throw error;
      await sleep(lookAgainMs);
    }
  }
}

async function isPlanned(scope: Scope, lease: Lease): Promise<boolean> {
  const [row] = await scope.sql.transaction(scope.reach, tx =>
    tx.rows<{ planned: boolean }>('select planned from runs where id = $1', [lease.runId]),
  );
  return row?.planned === true;
}

/** Keeps the lease while we work, and ends the work when the lease is gone or the run is to stop. */
function beat(house: House, lease: Lease, end: EndOfWork): NodeJS.Timeout {
  const look = async (): Promise<void> => {
    const order = await extendLease(house.sql, lease);
    if (order !== 'run') end.ask(new Interrupted(order));
    else if (await isOwed(house.sql, lease)) end.ask(new Interrupted('stop'));
  };
  return setInterval(() => {
    look().catch((error: unknown) => {
      // An unreachable database does not end the work: the next page's transaction decides.
      if (error instanceof LeaseLost) end.cut(error);
    });
  }, heartbeatMs);
}
