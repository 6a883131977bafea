import { createHmac, randomBytes } from 'node:crypto';
import type { SimulatedKey, SimulatedWebhooks, Telling, ToldStretch } from '#connector';
import type { Account } from './account.js';
import { castOf, detailOf, iso, without } from './call.js';

/** When the transcript of a recording is there, after the recording. */
const transcribedMs = 60_000;

/**
 * Of each call, the elements of its two sides as far as users of the account had them; of each recording, that it is there, and
 * that its transcript is. To every address that was entered for the app.
 */
export function tellOf(account: Account, { after, until, entered }: ToldStretch): readonly Telling[] {
  const said = account.visible(true).flatMap(position => {
    const ended = account.startOf(position) + account.secondsOf(position) * 1_000;
    const { isInbound } = castOf(account, position);
    const side = isInbound ? 'callee' : 'caller';
    const recorded = account.recordedAtOf(position);
    const isRecorded = account.recordingsOf(position).length > 0;
    const happened = [
      { name: `phone.${side}_call_element_completed`, at: ended, object: elementsOf(account, position) },
      ...['phone.recording_completed', 'phone.recording_transcript_completed'].map((name, later) => ({
        ...{ name, at: recorded + later * transcribedMs, object: recordingsOf(account, position) },
      })),
    ];
    return happened
      .slice(0, isRecorded ? 3 : 1)
      .filter(({ at }) => at > after && at <= until)
      .map(one => ({ ...one, position }));
  });
  return said
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ name, at, position, object }) =>
      entered.map(({ url, keys }) => ({
        ...{ at, url, keys, about: account.idOf(position), id: `${account.id}-${position}-${name}` },
        event: { event: name, event_ts: at, payload: { account_id: account.id, object } },
      })),
    );
}

function elementsOf(account: Account, position: number) {
  const elements = detailOf(account, position).call_elements as readonly Record<string, unknown>[];
  const [{ agent }, id] = [castOf(account, position), account.idOf(position)];
  // A recording is told of when it is there.
  const bare = elements.map(element => ({ ...without(element, /^recording_/), call_history_uuid: id }));
  return { call_elements: bare, user_id: agent.id };
}

function recordingsOf(account: Account, position: number) {
  const { agent, isInbound } = castOf(account, position);
  const [start, seconds] = [account.startOf(position), account.secondsOf(position)];
  const element = (detailOf(account, position).call_elements as readonly Record<string, unknown>[])[0];
  return {
    recordings: account.recordingsOf(position).map(id => ({
      ...{ id, user_id: agent.id, duration: seconds, direction: isInbound ? 'inbound' : 'outbound' },
      ...{ date_time: iso(start), end_time: iso(start + seconds * 1_000), recording_type: 'Automatic' },
      ...{ call_id: element?.call_id, call_element_id: element?.call_element_id },
    })),
  };
}

/** Events and challenges are signed alike, with the secret token of the app. */
export const webhooks: SimulatedWebhooks = {
  proves: 'content',
  retryMinutes: [5, 20, 60],
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
