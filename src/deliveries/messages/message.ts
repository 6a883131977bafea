/**
 * What is sent, to Standard Webhooks (https://www.standardwebhooks.com): the same bytes under the same id each time that a
 * change is sent, whoever sends it and however often.
 *
 * Messages name things and tell nothing of them: whoever gets one asks for what they may see.
 */
import { randomUUID } from 'node:crypto';

export interface Message {
  readonly id: string;
  readonly body: string;
}

/** As it stands in the table of changes. */
export interface ChangeRow {
  readonly id: string;
  readonly customer_id: string;
  readonly type: string;
  readonly at: Date;
  readonly connection_id: string | null;
  readonly import_id: string | null;
  readonly sync_id: string | null;
  readonly alert_id: string | null;
  readonly call_ids: readonly string[];
}

/** Grows when a field goes or means something else; fields may be added without. */
const version = 1;

export function messageOf(change: ChangeRow): Message {
  const data = {
    changeId: change.id,
    customerId: change.customer_id,
    connectionId: change.connection_id ?? undefined,
    importId: change.import_id ?? undefined,
    syncId: change.sync_id ?? undefined,
    alertId: change.alert_id ?? undefined,
    callIds: change.call_ids.length === 0 ? undefined : change.call_ids,
  };
  const body = JSON.stringify({ type: change.type, timestamp: change.at.toISOString(), version, data });
  return { id: messageIdOf(change.id), body };
}

export function messageIdOf(changeId: string): string {
  return `msg_${changeId.replaceAll('-', '')}`;
}

/** Says nothing, and shows whether messages arrive and signatures are right. */
export function testMessage(endpointId: string, now: Date): Message {
  const body = { type: 'endpoint.test', timestamp: now.toISOString(), version, data: { endpointId } };
  return { id: messageIdOf(randomUUID()), body: JSON.stringify(body) };
}
