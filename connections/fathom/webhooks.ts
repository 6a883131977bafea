import { readerOf, type Webhooks } from '#connector';
import { toCall } from './map.js';

const { fields, text, needed } = readerOf('Fathom');

/** Fathom tells of each meeting once, when all that was asked for is there. There is no list of what has been subscribed to. */
export const webhooks: Webhooks = {
  authenticity: { kind: 'standard-webhooks' },
  // The body is the meeting as it is listed.
  hints(event) {
    const { externalId, startedAt } = toCall(event);
    return [{ kind: 'call', externalId, startedAt }];
  },
  setUp: {
    by: 'hub',
    secret: 'theirs',
    subscribe: {
      request: ({ url }) => ({
        method: 'POST',
        path: '/webhooks',
        // At least one part has to come along; action items are the smallest. Meetings recorded outside the company stay there.
        body: {
          destination_url: url,
          include_action_items: true,
          triggered_for: ['my_recordings', 'my_shared_with_team_recordings', 'shared_team_recordings'],
        },
      }),
      read(reply) {
        const webhook = fields(reply, 'the webhook');
        const [id, secret] = ['id', 'secret'].map(name => needed(text(webhook, name), name));
        return { id: needed(id, 'id'), secret, url: text(webhook, 'url') };
      },
    },
    unsubscribe: id => ({ method: 'DELETE', path: `/webhooks/${encodeURIComponent(id)}` }),
  },
};
