import { randomUUID } from 'node:crypto';
import type { SimulatedKey, SimulatedWebhooks, Window } from '#connector';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import type { TestHub } from './hub.js';
import { createSync } from './syncs.js';
import { until } from './until.js';

export const webhookFields = `webhook { state reason remedy pollMinutes aliveUntil lastEventAt eventsReceived silentPolls address steps }`;

// biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
export type SeenWebhook = any;

export async function readWebhook(hub: Pick<TestHub, 'ask'>, syncId: string): Promise<SeenWebhook> {
  return (await hub.ask(`query ($id: ID!) { sync(id: $id) { ${webhookFields} } }`, { id: syncId })).sync.webhook;
}

/** The webhook of a sync once it is in this state. */
export function whenWebhook(hub: Pick<TestHub, 'ask'>, syncId: string, state: string): Promise<SeenWebhook> {
  return until(`the webhook is ${state}`, async () => {
    const webhook = await readWebhook(hub, syncId);
    return webhook?.state === state && webhook;
  });
}

/** An event at an address of ours, as its sender hears of it. Where the address lies outside, the hub itself is asked. */
export interface Sender {
  readonly url: string;
  readonly keys: readonly [SimulatedKey, ...SimulatedKey[]];
  /** @param id names the event; the same when it is sent again. */
  send(event: unknown, more?: { readonly id?: string; readonly at?: Date }): Promise<Response>;
}

export function senderOf(webhooks: SimulatedWebhooks, url: string, key: SimulatedKey): Sender {
  const keys = [key] as const;
  return {
    ...{ url, keys },
    send(event, { id = randomUUID(), at = new Date() } = {}) {
      const { headers, body } = webhooks.send({ event, url, at, id, keys });
      return fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
    },
  };
}

/** A real-time sync whose events an administrator of the customer set up: the address is entered, the key handed over. */
export async function setUpByCustomer(
  hub: Pick<TestHub, 'ask'>,
  webhooks: SimulatedWebhooks,
  connectionId: string,
): Promise<{ readonly syncId: string; readonly sender: Sender }> {
  const { id: syncId } = await createSync(hub, { connectionId, schedule: { cadence: 'REAL_TIME' } });
  const { address } = await until('an address', async () => {
    const webhook = await readWebhook(hub, syncId);
    return webhook.address !== null && webhook;
  });
  const key = webhooks.newKey();
  const input = { connectionId, secret: key.kept };
  await hub.ask('mutation ($input: SetWebhookSecretInput!) { setWebhookSecret(input: $input) }', { input });
  return { syncId, sender: senderOf(webhooks, address, key) };
}

/** When a call started, to the second: by what windows of the sandbox hold. */
export function startOf({ truth, window }: Pick<Sandbox, 'truth'> & { readonly window: Window }, id: string): string {
  let [low, high] = [Date.parse(window.from), Date.parse(window.to)];
  while (high - low > 1_000) {
    const middle = (low + high) / 2;
    if (truth(window.from, new Date(middle).toISOString()).includes(id)) high = middle;
    else low = middle;
  }
  return new Date(low).toISOString();
}
