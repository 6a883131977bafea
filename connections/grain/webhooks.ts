import { type Fields, readerOf, type Webhooks } from '#connector';

const { fields, text, needed } = readerOf('Grain');

/** Grain signs nothing: all that an event proves is that its sender knows the address. */
export const webhooks: Webhooks = {
  authenticity: { kind: 'unguessable-url' },
  hints(event) {
    const { data } = fields(event, 'the event');
    // The papers write `data: { recording }` and leave open whether that is a key or the recording itself.
    const outer = fields(data, 'data');
    const recording = fields(outer.recording ?? outer, 'the recording');
    return [{ kind: 'call', externalId: text(recording, 'id'), startedAt: text(recording, 'start_datetime') }];
  },
  setUp: {
    by: 'hub',
    secret: 'none',
    subscribe: {
      // Grain calls the address at once and wants an answer of 2xx. A hook is for one kind of event.
      request: ({ url }) => ({
        method: 'POST',
        path: '/hooks/create',
        body: { hook_url: url, hook_type: 'recording_added', include: {} },
      }),
      read: reply => toSubscription(fields(reply, 'the hook')),
    },
    unsubscribe: id => ({ method: 'DELETE', path: `/hooks/${encodeURIComponent(id)}` }),
  },
};

function toSubscription(hook: Fields) {
  return { id: needed(text(hook, 'id'), 'id'), url: text(hook, 'hook_url') };
}
