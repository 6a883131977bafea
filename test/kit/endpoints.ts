import type { TestHub } from './hub.js';

type Asking = Pick<TestHub, 'ask'>;

/** A customer without anything. */
export async function bareCustomer(hub: Asking): Promise<string> {
  return (await hub.ask('mutation { createCustomer(input: { name: "Acme" }) { id } }')).createCustomer.id;
}

export const createEndpointDocument = `mutation ($input: CreateEndpointInput!, $once: String) {
  createEndpoint(input: $input, idempotencyKey: $once) {
    endpoint { id customerId url description types state disabledBecause earlierUntil createdBy }
    secret test { taken statusCode durationMs problem reply }
  } }`;

/** An endpoint with its secret. */
export async function createEndpoint(
  hub: Asking,
  input: object,
  key?: string,
): Promise<{ readonly id: string; readonly secret: string }> {
  const { createEndpoint: made } = await hub.ask(createEndpointDocument, { input }, key);
  return { id: made.endpoint.id, secret: made.secret };
}

/** What has happened to a customer, as if it had; ids of the changes. */
export async function happen(
  { database }: Pick<TestHub, 'database'>,
  customerId: string,
  count = 1,
  type = 'sync.changed',
): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    'insert into changes (customer_id, type) select $1, $2 from generate_series(1, $3) returning id',
    [customerId, type, count],
  );
  await lookNow({ database });
  return rows.map(({ id }) => id);
}

/** So that the workers look at once. */
export async function lookNow({ database }: Pick<TestHub, 'database'>): Promise<void> {
  await database.query('select pg_notify($1, $2)', ['patchbay', JSON.stringify({ topic: 'outbox', message: null })]);
}

export const messageId = (changeId: string): string => `msg_${changeId.replaceAll('-', '')}`;
