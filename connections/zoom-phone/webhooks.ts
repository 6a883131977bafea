import { type Fields, type Hint, readerOf, type Webhooks } from '#connector';

const { fields, list, text } = readerOf('Zoom Phone');

/** The app of the hub has one address and one secret token for the events of all customers who have added it. */
export const webhooks: Webhooks = {
  authenticity: {
    kind: 'hmac',
    signature: 'x-zm-signature',
    prefix: 'v0=',
    timestamp: 'x-zm-request-timestamp',
    template: 'v0:{timestamp}:{body}',
  },
  // Asked again every 72 hours; six failures in a row end the subscription.
  challenge: {
    kind: 'keyed-digest',
    path: ['event'],
    value: 'endpoint.url_validation',
    token: ['payload', 'plainToken'],
    reply: ['plainToken', 'encryptedToken'],
  },
  account: ['payload', 'account_id'],
  hints(event) {
    const envelope = fields(event, 'the event');
    if (text(envelope, 'event') === 'app_deauthorized') return [{ kind: 'access-revoked' }];
    const subject = fields(fields(envelope.payload, 'payload').object, 'object');
    const records = ['recordings', 'call_elements', 'call_logs'].flatMap(name => list(subject, name));
    return records.length === 0 ? [{ kind: 'call' }] : records.map(record => toHint(fields(record, 'a record')));
  },
  setUp: {
    by: 'operator',
    steps: [
      'In the Zoom App Marketplace, open the app of this hub under Manage, and there Features > Access.',
      'Copy the Secret Token.',
      'Switch on Event Subscription, click Add New Event Subscription, and enter {url} as the Event notification endpoint URL.',
      'Under Add Events > Phone choose that a recording has completed, that its transcript has completed, and that the call element of a caller and of a callee has completed.',
      'Click Validate, then Save.',
    ],
    secret: 'The Secret Token of the app.',
  },
};

/** Recordings and elements have ids of their own beside that of the call's row. */
function toHint(record: Fields): Hint {
  const startedAt = text(record, 'start_time') ?? text(record, 'date_time');
  return { kind: 'call', externalId: text(record, 'call_history_uuid'), startedAt };
}
