import { type Fields, readerOf, type Subscription, type Webhooks } from '#connector';

const { fields, list, text, time, needed } = readerOf('RingCentral');

const subscriptions = '/restapi/v1.0/subscription';
/** Ten years may be asked for; a week has been granted for them. What was granted counts, and is renewed at half of its life. */
const weekSeconds = 604_800;
/** The papers leave open whether the time of a session is that of the call's start or of the event, so both are looked at. */
const longestCallMs = 4 * 3_600_000;

/** Events carry the token that the subscription was made with, and nothing that covers what they say. */
export const webhooks: Webhooks = {
  // The description names the first header, the guides show the second.
  authenticity: { kind: 'static-token', headers: ['verification-token', 'validation-token'] },
  challenge: { kind: 'echo', header: 'validation-token', mostCharacters: 512 },
  eventId: ['uuid'],
  hints(event) {
    const envelope = fields(event, 'the event');
    if (text(envelope, 'event')?.startsWith(`${subscriptions}/`)) return [{ kind: 'subscription-ends' }];
    const at = time(fields(envelope.body, 'body'), 'eventTime');
    const from = new Date(Date.parse(at) - longestCallMs).toISOString();
    return [{ kind: 'call', startedWithin: { from, to: at } }];
  },
  setUp: {
    by: 'hub',
    needs: 'The app has the scope Call Control.',
    secret: 'ours',
    subscribe: {
      request: ({ url, secret }) => ({
        method: 'POST',
        path: subscriptions,
        group: 'Medium',
        body: {
          eventFilters: [
            '/restapi/v1.0/account/~/telephony/sessions?statusCode=Disconnected',
            // Says so a day before the end, and each hour from then on.
            `${subscriptions}/~?threshold=86400&interval=3600`,
          ],
          deliveryMode: { transportType: 'WebHook', address: url, verificationToken: secret },
          expiresIn: weekSeconds,
        },
      }),
      read: toSubscription,
    },
    renew: {
      request: id => ({ method: 'POST', path: `${pathOf(id)}/renew`, group: 'Light' }),
      read: toSubscription,
    },
    unsubscribe: id => ({ method: 'DELETE', path: pathOf(id), group: 'Medium' }),
    list: {
      request: () => ({ path: subscriptions, group: 'Light' }),
      read: reply => list(fields(reply, 'the list'), 'records').map(toSubscription),
    },
  },
};

function pathOf(id: string): string {
  return `${subscriptions}/${encodeURIComponent(id)}`;
}

function toSubscription(value: unknown): Subscription {
  const subscription: Fields = fields(value, 'a subscription');
  return {
    id: needed(text(subscription, 'id'), 'id'),
    url: text(fields(subscription.deliveryMode ?? {}, 'deliveryMode'), 'address'),
    expiresAt: time(subscription, 'expirationTime'),
    // It stops sending for good to an address that has failed too often.
    isBlocked: text(subscription, 'status') === 'Blacklisted',
  };
}
