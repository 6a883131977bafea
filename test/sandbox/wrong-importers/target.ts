import { setTimeout as pause } from 'node:timers/promises';
import type { SimulatedLimit } from '#connector';

/** What an importer under test is given. */
export interface Target {
  readonly url: string;
  readonly authorization: string;
  readonly window: { readonly from: string; readonly to: string };
  readonly limit: SimulatedLimit;
}
export interface Imported {
  readonly calls: Set<string>;
  readonly transcripts: Set<string>;
}
export interface Answer {
  readonly status: number;
  readonly body: {
    readonly records?: { readonly cursor?: string };
    readonly calls?: readonly { readonly metaData: { readonly id: string } }[];
    readonly callTranscripts?: readonly { readonly callId: string }[];
  };
}
/** Waits for leave to send one request. */
export type Pace = () => Promise<void>;

/** Sends one request after the pace gives leave; waits out a 429 and sends it again. */
export async function post(target: Target, pace: Pace, path: string, body: unknown): Promise<Answer> {
  for (;;) {
    await pace();
    const response = await fetch(target.url + path, {
      method: 'POST',
      headers: { authorization: target.authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const parsed = (await response.json()) as Answer['body'];
    if (response.status !== 429) return { status: response.status, body: parsed };
    await pause(Number(response.headers.get('retry-after')) * 1000);
  }
}

/** Never more than the limit in any stretch of its length, with a seventh to spare for a busy machine. */
export function slidingWindow({ requests, seconds }: SimulatedLimit): Pace {
  const latest: number[] = [];
  let queue: Promise<void> = Promise.resolve();
  return () => {
    queue = queue.then(async () => {
      const opensAt = (latest[latest.length - requests] ?? Number.NEGATIVE_INFINITY) + seconds * 1150;
      while (performance.now() < opensAt) await pause(Math.ceil(opensAt - performance.now()));
      latest.push(performance.now());
    });
    return queue;
  };
}

/** All calls of a window; a cursor goes into the body, and a call listed twice is one call. */
export async function listCalls(target: Target, pace: Pace, window = target.window): Promise<readonly string[]> {
  const ids = new Set<string>();
  const question = { filter: { fromDateTime: window.from, toDateTime: window.to } };
  let cursor: string | undefined;
  do {
    const { status, body } = await post(
      target,
      pace,
      '/v2/calls/extensive',
      cursor ? { ...question, cursor } : question,
    );
    if (status === 404) break;
    for (const call of body.calls ?? []) ids.add(call.metaData.id);
    cursor = body.records?.cursor;
  } while (cursor);
  return [...ids];
}

export async function fetchTranscripts(target: Target, pace: Pace, ids: readonly string[]): Promise<readonly string[]> {
  const { body } = await post(target, pace, '/v2/calls/transcript', { filter: { callIds: ids } });
  return (body.callTranscripts ?? []).map(transcript => transcript.callId);
}

/** The window in equal parts. */
export function parts({ from, to }: Target['window'], count: number): readonly Target['window'][] {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const edge = (part: number): string => new Date(start + Math.round(((end - start) * part) / count)).toISOString();
  return Array.from({ length: count }, (_, part) => ({ from: edge(part), to: edge(part + 1) }));
}
