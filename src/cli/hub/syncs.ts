import { type Act, Misunderstood } from './act.js';
import { minute, type Page, sayPage } from './listing.js';
import { onEach } from './on-each.js';

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly cadence: string;
  readonly lastSyncedAt: string | null;
  readonly nextAt: string | null;
  readonly freshAsOf: string | null;
  readonly callsImported: number;
  readonly gapsFound: number;
  readonly waitsFor: string | null;
  readonly connection: {
    readonly platform: string;
    readonly accountName: string;
    readonly customer: { readonly name: string };
  };
  readonly problem: { readonly message: string } | null;
}

const document = `
  query ($first: Int!, $customerId: ID, $connectionId: ID, $state: SyncState) {
    syncs(first: $first, customerId: $customerId, connectionId: $connectionId, state: $state) {
      totalCount
      nodes {
        id state cadence customerId connectionId lastSyncedAt nextAt freshAsOf callsImported gapsFound waitsFor lastStatus
        connection { platform accountName customer { name } health { credential } } problem { code message remedy }
      }
    }
  }`;

const list: Act = async (hub, wish, terminal) => {
  const { customer: customerId, connection: connectionId, states, limit: first } = wish;
  const [state, ...others] = states ?? [];
  if (others.length > 0) throw new Misunderstood('--state of syncs is one of ACTIVE and PAUSED.');
  const variables = { customerId, connectionId, state, first };
  const { syncs: page } = await hub.ask<{ syncs: Page<Listed> }>(document, variables);
  return sayPage(terminal, wish, page, sync => ({
    id: sync.id,
    state: sync.state,
    health: healthOf(sync),
    customer: sync.connection.customer.name,
    platform: sync.connection.platform,
    account: sync.connection.accountName,
    cadence: sync.cadence,
    last: minute(sync.lastSyncedAt),
    next: minute(sync.nextAt),
    fresh: minute(sync.freshAsOf),
    calls: String(sync.callsImported),
    gaps: String(sync.gapsFound),
    problem: sync.problem?.message ?? sync.waitsFor ?? '',
  }));
};

function healthOf({ state, problem, waitsFor, lastSyncedAt }: Listed): string {
  if (problem !== null) return 'failing';
  if (state === 'PAUSED') return 'halted';
  if (waitsFor !== null) return 'waits';
  return lastSyncedAt === null ? 'new' : 'well';
}

export const syncs: Readonly<Record<string, Act>> = {
  list,
  run: onEach('runSyncNow', 'state'),
  pause: onEach('pauseSync', 'state'),
  resume: onEach('resumeSync', 'state'),
};
