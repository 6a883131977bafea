import type { Act } from './act.js';
import { minute, type Page, sayPage } from './listing.js';
import { onEach } from './on-each.js';
import { watchImport } from './watch-import.js';

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly platform: string;
  readonly createdAt: string;
  readonly connection: { readonly accountName: string; readonly customer: { readonly name: string } };
  readonly progress: {
    readonly stored: number;
    readonly found: number | null;
    readonly unusable: number;
    readonly problem: { readonly message: string } | null;
  };
}

const document = `
  query ($first: Int!, $customerId: ID, $connectionId: ID, $status: [ImportStatus!]) {
    imports(first: $first, customerId: $customerId, connectionId: $connectionId, status: $status) {
      totalCount
      nodes {
        id status platform customerId connectionId from to createdAt requestedBy connection { accountName customer { name } }
        progress { stored found unusable percent finishedAt waitReason problem { code message remedy } }
      }
    }
  }`;

const list: Act = async (hub, wish, terminal) => {
  const { customer: customerId, connection: connectionId, states: status, limit: first } = wish;
  const variables = { customerId, connectionId, status, first };
  const { imports: page } = await hub.ask<{ imports: Page<Listed> }>(document, variables);
  return sayPage(terminal, wish, page, ({ id, status, platform, createdAt, connection, progress }) => ({
    id,
    status,
    customer: connection.customer.name,
    platform,
    account: connection.accountName,
    asked: minute(createdAt),
    calls: `${progress.stored} of ${progress.found ?? '?'}`,
    unusable: String(progress.unusable),
    problem: progress.problem?.message ?? '',
  }));
};

export const imports: Readonly<Record<string, Act>> = {
  list,
  watch: watchImport,
  pause: onEach('pauseImport', 'status'),
  resume: onEach('resumeImport', 'status'),
  cancel: onEach('cancelImport', 'status'),
};
