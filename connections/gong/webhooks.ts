import { readerOf, type Webhooks } from '#connector';

const { fields, text } = readerOf('Gong');

/** Gong sends calls by automation rules, which an administrator makes; nothing names an event, and a rule may fire twice. */
export const webhooks: Webhooks = {
  authenticity: { kind: 'signed-jwt', header: 'authorization', url: 'webhook_url', bodySha256: 'body_sha256' },
  // The call as it is listed, under a key of its own.
  hints(event) {
    const { callData, isTest } = fields(event, 'the event');
    if (isTest === true) return [];
    const facts = fields(fields(callData, 'callData').metaData, 'metaData');
    return [{ kind: 'call', externalId: text(facts, 'id'), startedAt: text(facts, 'started') }];
  },
  setUp: {
    by: 'customer',
    steps: [
      'A Gong technical administrator opens Admin center > Settings > Ecosystem > Automation rules and clicks + Add Rule.',
      'In the filter they leave all calls in, or choose those that are to come here, and click Save.',
      'As the action they keep Fire webhook, and enter {url} as the destination URL.',
      'As the authentication method they choose Signed JWT header, click Show public key, and copy it.',
      'They give the rule a name, click Test now, and save it.',
    ],
    secret: 'The public key of the rule, as Gong shows it under Show public key.',
  },
};
