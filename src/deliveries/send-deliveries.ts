/**
 * Sends what is queued, at least once each, under the same id each time: whoever dies between sending and noting it lets it be
 * sent again. Any number of processes send side by side.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Span } from '../core/traces.js';
import { keepLooking } from '../outbox/index.js';
import type { House } from '../scope.js';
import { signingSecretsOf } from './endpoints/signing-secrets.js';
import { messageOf } from './messages/message.js';
import { postMessage } from './messages/post-message.js';
import { giveBack, settle } from './settle.js';
import { type Taken, takeDeliveries } from './take-deliveries.js';

/** Endpoints that one process sends to at once. */
const atOnce = 64;
/** While something is in hand, what is new is looked for so often. */
const lookMs = 250;

/** Goes on until `signal` aborts; what is in hand is then ended first. */
export async function sendDeliveries(house: House, signal: AbortSignal): Promise<void> {
  const hands = new Set<Promise<void>>();
  const look = async (): Promise<boolean> => {
    const room = atOnce - hands.size;
    for (const taken of room === 0 ? [] : await takeDeliveries(house.sql, room)) {
      const hand: Promise<void> = tracedDelivery(house, taken).finally(() => hands.delete(hand));
      hands.add(hand);
    }
    if (hands.size === 0) return false;
    await Promise.race([...hands, pause(lookMs)]);
    return true;
  };
  await keepLooking(house, look, signal);
  await Promise.all(hands);
}

/** As a part of what the change was: the page of an import, or the mutation of a person. */
function tracedDelivery(house: House, taken: Taken): Promise<void> {
  const attributes = {
    'patchbay.customer.id': taken.change_customer_id,
    'patchbay.change.id': taken.change_id,
    'patchbay.endpoint.id': taken.endpoint_id,
    'patchbay.delivery.tries': taken.tries,
    'patchbay.calls': taken.call_ids.length,
    'http.request.method': 'POST',
    'server.address': URL.parse(taken.url)?.hostname,
  };
  const options = { kind: 'client', parent: taken.traceparent, attributes } as const;
  return house.traces.span(`deliver ${taken.type}`, options, span => deliver(house, taken, span));
}

async function deliver(house: House, taken: Taken, span: Span): Promise<void> {
  const { url, sealed, earlier_sealed: earlierSealed, earlier_until: earlierUntil } = taken;
  const owner = { id: taken.endpoint_id, customerId: taken.endpoint_customer_id };
  const change = { ...taken, id: taken.change_id, customer_id: taken.change_customer_id };
  try {
    const secrets = await signingSecretsOf(house, { ...owner, sealed, earlierSealed, earlierUntil }).catch(
      async (error: unknown) => {
        await giveBack(house, taken);
        throw error;
      },
    );
    const addressee = { url, secrets, isOurs: owner.customerId === null };
    const outcome = await postMessage(house, addressee, messageOf(change), new AbortController().signal);
    span.note({ 'http.response.status_code': outcome.statusCode ?? undefined });
    if (outcome.kind !== 'taken') span.fail(outcome.statusCode === null ? outcome.kind : String(outcome.statusCode));
    await settle(house, taken, outcome);
  } catch (error) {
    span.fail('INTERNAL');
    // Its lease runs out, and it is sent again under the same id.
    house.log.warn('A delivery could not be brought to its end.', { delivery: taken.delivery_id, error });
  }
}
