import { reconnectAddress } from '../../access/index.js';
import { Customer } from '../../customers/index.js';
import { NoticeTopic } from '../../notices/index.js';
import type { Scope } from '../../scope.js';
import {
  type AlertFacts,
  type ForAlert,
  type InAllWords,
  inAllWords,
  type NoticeContent,
} from '../../texts/notices.js';
import type { Alert } from '../alert.entity.js';
import type { AlertKind } from '../alert-kind.js';
import { readWaiting } from '../waiting.js';

const { IMPORTS, CREDENTIALS, SYNCS, FAILED_ITEMS, VOLUME, HUB } = NoticeTopic;

const topics: Readonly<Record<AlertKind, NoticeTopic>> = {
  CREDENTIAL_BROKEN: CREDENTIALS,
  CREDENTIAL_ENDING: CREDENTIALS,
  REFRESH_FAILING: CREDENTIALS,
  APP_REFUSED: HUB,
  SYNC_FAILING: SYNCS,
  SYNC_LATE: SYNCS,
  SCHEDULER_LATE: HUB,
  RUN_STALLED: SYNCS,
  RUN_HELD_UP: SYNCS,
  LIMIT_SPENT: SYNCS,
  IMPORT_FAILED: IMPORTS,
  FAILED_ITEMS,
  WEBHOOK_SILENT: SYNCS,
  WEBHOOK_REFUSED: SYNCS,
  CALLS_MISSING: FAILED_ITEMS,
  REMOVALS_HELD: FAILED_ITEMS,
  PLATFORM_CHANGED: HUB,
  VOLUME_STOP: VOLUME,
  VOLUME_DROP: VOLUME,
  VOLUME_SURGE: VOLUME,
  CHANNEL_DOWN: HUB,
  ENDPOINT_DOWN: HUB,
  OUTBOX_STUCK: HUB,
  MANY_CONNECTIONS: HUB,
  DRILL: HUB,
};

/** What notices about it are about. */
export function topicOf({ kind }: Pick<Alert, 'kind'>): NoticeTopic {
  return topics[kind];
}

export interface Telling {
  readonly kind: ForAlert['kind'];
  /** Because nobody has acknowledged it for so long. */
  readonly hours?: number;
}

/** What a notice about an alert says. */
export async function contentOf(
  inside: Scope,
  alert: Alert,
  { kind, hours }: Telling,
): Promise<InAllWords<NoticeContent>> {
  const { customerId, connectionId, severity, since, details, linkId, resolvedAt } = alert;
  const customer = customerId === null ? null : await inside.em.findOne(Customer, { id: customerId });
  const { imports = 0, syncs = 0 } =
    (connectionId === null ? undefined : await readWaiting(inside, connectionId)) ?? {};
  const told: ForAlert = {
    ...factsOf(inside, alert),
    ...{ kind, severity, imports, syncs, customer: customer?.name },
    ...(hours !== undefined && { hours }),
    ...(resolvedAt !== null && { until: resolvedAt }),
    ...(kind === 'resolved' && connectionId !== null && { caughtUp: await broughtSince(inside, connectionId, since) }),
    ...(typeof details['missing'] === 'number' && { missing: details['missing'] }),
    link: linkId === null || kind === 'resolved' ? undefined : await reconnectAddress(inside, linkId),
  };
  return inAllWords(words => words.alert(told));
}

/** What texts about an alert are made of. */
export function factsOf({ connectors }: Pick<Scope, 'connectors'>, alert: Alert): AlertFacts {
  const { kind: what, platform, details, problem, remedy, owner, since, linkId } = alert;
  return {
    ...{ what, details, problem, remedy, owner, since, hasLink: linkId !== null, account: accountOf(alert) },
    platform: platform === null ? '' : (connectors.get(platform)?.manifest.name ?? platform),
  };
}

/** Name of the account at the platform, if it is about one. */
export function accountOf({ details }: Pick<Alert, 'details'>): string | undefined {
  return typeof details['account'] === 'string' ? details['account'] : undefined;
}

async function broughtSince({ em }: Scope, connectionId: string, since: Date): Promise<number> {
  const [row] = await em.execute<{ calls: number }[]>(
    'select coalesce(sum(added), 0)::integer as calls from runs where connection_id = ? and coalesce(finished_at, updated_at) >= ?',
    [connectionId, since],
  );
  return row?.calls ?? 0;
}
