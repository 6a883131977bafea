import type { Because, Http, Purpose, Settings, Verdict } from '#connector';
import type { EgressReply } from '../core/ports.js';

/** As much of a body as rules are matched against; platforms say what is wrong in the first lines. */
const judgedBytes = 16_384;

export interface Judged {
  readonly verdict: Verdict;
  /** Why, where the connector has words of its own. */
  readonly because?: Because | undefined;
}

/** What a reply means for the run: the connector's own rules first, then the house table. */
export function judge<S extends Settings>(http: Http<S>, purpose: Purpose, reply: EgressReply): Judged {
  const rules =
    http.verdicts?.filter(rule => rule.status === reply.status && (rule.purpose ?? purpose) === purpose) ?? [];
  if (rules.length === 0) return { verdict: houseVerdict(purpose, reply) };
  const text = reply.bytes.toString('utf8', 0, judgedBytes);
  // `search` has no memory between calls, which `test` has for patterns with the flag g.
  const rule = rules.find(({ body }) => body === undefined || text.search(body) !== -1);
  return rule ?? { verdict: houseVerdict(purpose, reply) };
}

function houseVerdict(purpose: Purpose, { status, bytes }: EgressReply): Verdict {
  if (status === 204) return 'empty';
  if (status === 202 && purpose === 'lookup') return 'pending';
  // Nothing where something was announced was lost on its way; taken for an empty page it would end a listing early.
  if (status >= 200 && status < 300) return bytes.length > 0 ? 'ok' : purpose === 'subscription' ? 'empty' : 'retry';
  if (status === 401) return 'reconnect';
  if (status === 429) return 'wait';
  const isAside = purpose === 'lookup' || purpose === 'subscription';
  if (isAside && (status === 403 || status === 404 || status === 410)) return 'skip';
  // Whatever it is, it is about what was named; too many of them are seen to by whoever asks.
  if (purpose === 'lookup' && status >= 400 && status < 500 && !isPassing(status)) return 'skip';
  if (!isAside && (status === 402 || status === 403)) return 'reconnect';
  if (isPassing(status)) return 'retry';
  return 'stop';
}

function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status >= 500;
}
