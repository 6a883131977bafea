import { createHmac, randomBytes } from 'node:crypto';
import type { SimulatedKey, SimulatedWebhooks } from '#connector';

/** Events and challenges are signed alike, with the secret token of the app. */
export const webhooks: SimulatedWebhooks = {
  proves: 'content',
  newKey() {
    const token = randomBytes(16).toString('base64url');
    return { signing: token, kept: token };
  },
  send: ({ event, at, keys: [key] }) => signed(event, at, key),
  challenge(at, key) {
    const plainToken = randomBytes(16).toString('base64url');
    return {
      ...signed({ payload: { plainToken }, event_ts: at.getTime(), event: 'endpoint.url_validation' }, at, key),
      isMetBy({ body }) {
        const reply = JSON.parse(body) as Readonly<Record<string, unknown>>;
        const expected = createHmac('sha256', key.signing).update(plainToken).digest('hex');
        return reply.plainToken === plainToken && reply.encryptedToken === expected;
      },
    };
  },
  golden: {
    event: {
      event: 'phone.recording_completed',
      event_ts: 1_770_713_012_572,
      payload: {
        account_id: 'AAAAAABBBB',
        object: {
          recordings: [
            {
              id: 'abcD3ojfdbjfg',
              user_id: 'z8yCxjabcdEFGHfp8uQ',
              caller_number: '1026',
              callee_number: '1045',
              duration: 43,
              direction: 'outbound',
              date_time: '2026-02-10T08:42:49Z',
              recording_type: 'Automatic',
              call_id: '6971672158469969953',
              call_element_id: '20260210-a297ae04-a875-4cfd-85ab-4adcead91edb',
              end_time: '2026-02-10T08:43:32Z',
            },
          ],
        },
      },
    },
    hints: [{ kind: 'call', startedAt: '2026-02-10T08:42:49Z' }],
  },
};

function signed(event: unknown, at: Date, { signing }: SimulatedKey) {
  const body = Buffer.from(JSON.stringify(event));
  const seconds = String(Math.floor(at.getTime() / 1_000));
  const digest = createHmac('sha256', signing).update(`v0:${seconds}:${body.toString()}`).digest('hex');
  return {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-zm-request-timestamp': seconds,
      'x-zm-signature': `v0=${digest}`,
    },
    body,
  };
}
