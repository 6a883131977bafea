/**
 * What each platform sends, as its simulator signs it: genuine accepted; changed, replayed, stale and foreign refused or known. The
 * verdict of a second verifier must be the same.
 */
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/core/secret.js';
import type { InboundEvent, Received } from '../../../src/engine/index.js';
import { loadSubjects } from '../../conformance/load.js';
import { madeUp } from '../../conformance/twins/made-up.js';
import { Post } from '../../conformance/webhooks.js';
import { isGenuine } from './second-verifier.js';

const subjects = [madeUp(), ...(await loadSubjects())].filter(({ connector }) => connector.webhooks !== undefined);
const signing = subjects.filter(({ simulator }) => simulator.webhooks?.proves === 'content');
/** Long enough to be an event, short enough to flip each of its bits. */
const short = { event: { e: 'x' } };
const minute = 60_000;

test('several platforms send events, and most sign them', () => {
  expect(subjects.length).toBeGreaterThan(3);
  expect(signing.length).toBeGreaterThan(subjects.length / 2);
});

describe.each(subjects)('$folder', subject => {
  const post = new Post(subject);

  test('a genuine event is taken, and says what to look at', async () => {
    const genuine = post.event();

    const received = post.receive(genuine);

    expect(received).toMatchObject({ kind: 'genuine', proves: post.platform.proves });
    expect(await second(post, genuine)).toBe(true);
  });

  test('every bit of what is proven counts: each one flipped is refused', async () => {
    const genuine = post.event(short);
    expect(post.receive(genuine).kind).toBe('genuine');
    const flipped = [...flips(genuine, post.platform.proves === 'content')];

    const taken = flipped.filter(event => post.receive(event).kind !== 'refused');

    expect(taken).toEqual([]);
    const some = flipped.filter((_, i) => i % 37 === 0);
    const verdicts = await Promise.all(some.map(event => second(post, event)));
    expect(verdicts.filter(Boolean)).toEqual([]);
    expect(flipped.length).toBeGreaterThan(post.platform.newKey().kept === '' ? 300 : 200);
  });

  test('an event for another connection is refused, and so is one signed by a stranger', async () => {
    const other = new Post(subject);
    const foreign = other.event();
    const elsewhere = post.event({ url: `${post.url}-of-somebody-else` });

    const received = post.key.kept === '' ? [] : [post.receive(foreign), other.receive(post.event())];

    expect(received.map(({ kind }) => kind)).toEqual(received.map(() => 'refused'));
    const { kind } = post.webhooks.authenticity;
    if (kind === 'signed-jwt' || kind === 'unguessable-url') {
      expect(post.receive(elsewhere).kind).toBe('refused');
      expect(await second(post, elsewhere)).toBe(false);
    }
  });

  test('a replayed event has the same id, another event another one', () => {
    const ids = [post.event(), post.event(), post.event({ ...short, id: 'msg_2' })].map(event =>
      idOf(post.receive(event)),
    );

    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(ids.every(id => id.length <= 64)).toBe(true);
  });
});

describe.each(signing)('$folder', subject => {
  const post = new Post(subject);

  test('six minutes late is too late, four is not', async () => {
    const at = (minutes: number) => new Date(post.now.getTime() + minutes * minute);
    const received = [4, 6, -4, -6].map(late => [late, post.receive(post.event(), {}, at(late))] as const);

    expect(received.map(([late, { kind, ...rest }]) => [late, kind, 'reason' in rest ? rest.reason : ''])).toEqual([
      [4, 'genuine', ''],
      [6, 'refused', 'stale'],
      [-4, 'genuine', ''],
      [-6, 'refused', 'early'],
    ]);
    expect(await second(post, post.event(), at(6))).toBe(false);
  });

  test('while a secret is replaced, both are good, and a third is not', async () => {
    const [older, newer, third] = [post.key, post.platform.newKey(), post.platform.newKey()];
    const secrets = [newer, older].map(({ kept }) => new Secret(kept));
    const events = [older, newer, third].map(key => post.event({ keys: [key] }));

    expect(events.map(event => post.receive(event, { secrets }).kind)).toEqual(['genuine', 'genuine', 'refused']);
    expect(events.map(event => post.receive(event, { secrets: secrets.slice(0, 1) }).kind)).toEqual([
      ...['refused', 'genuine', 'refused'],
    ]);
    expect(await second(post, events[2] as InboundEvent)).toBe(false);
  });

  test('nothing passes where there is nothing to verify by', () => {
    const reasons = [[], ['   '], ['\n']].map(values =>
      post.receive(post.event(), { secrets: values.map(value => new Secret(value)) }),
    );

    expect(reasons).toEqual([
      { kind: 'refused', reason: 'no-secret' },
      { kind: 'refused', reason: 'unusable-secret' },
      { kind: 'refused', reason: 'unusable-secret' },
    ]);
  });
});

test('10,000 events, each three times, in any order, to the wrong connection and six minutes late: each counts once, where it belongs', () => {
  const subject = madeUp();
  const posts = [new Post(subject), new Post(subject)] as const;
  const effects = new Map<string, number>();
  const seen = new Set<string>();
  let refused = 0;
  const arrive = (to: number, event: InboundEvent, now: Date): void => {
    const received = (posts[to] as Post).receive(event, {}, now);
    if (received.kind === 'refused') refused++;
    if (received.kind !== 'genuine' || seen.has(`${to} ${received.eventId}`)) return;
    seen.add(`${to} ${received.eventId}`);
    for (const id of received.look.externalIds) effects.set(`${to} ${id}`, (effects.get(`${to} ${id}`) ?? 0) + 1);
  };
  const now = posts[0].now;
  const late = new Date(now.getTime() + 6 * minute);
  const sent = Array.from({ length: 10_000 }, (_, i) => {
    const to = i % 2;
    const call = { id: `call-${i}`, at: '2026-03-02T09:00:00.000Z' };
    return { to, event: (posts[to] as Post).event({ event: { call }, id: `msg_${i}` }) };
  });
  const arrivals = sent.flatMap(({ to, event }) => [
    ...[0, 1, 2].map(() => () => arrive(to, event, now)),
    () => arrive(1 - to, event, now),
    () => arrive(to, event, late),
  ]);
  for (const arrival of shuffled(arrivals)) arrival();

  expect(effects.size).toBe(10_000);
  expect([...effects.values()].every(count => count === 1)).toBe(true);
  expect([...effects.keys()].every(key => Number(key.split('-')[1]) % 2 === Number(key[0]))).toBe(true);
  expect(refused).toBe(20_000);
});

/** The event with each bit flipped that its proof covers. */
function* flips({ url, headers, body }: InboundEvent, withBody: boolean): Generator<InboundEvent> {
  const proofs = Object.keys(headers).filter(name => name !== 'content-type');
  for (const name of proofs)
    for (const value of eachFlipped(Buffer.from(headers[name] ?? '', 'latin1')))
      yield { url, body, headers: { ...headers, [name]: value.toString('latin1') } };
  if (withBody) for (const value of eachFlipped(body)) yield { url, headers, body: value };
  if (proofs.length === 0)
    for (const value of eachFlipped(Buffer.from(url))) yield { headers, body, url: value.toString() };
}

function* eachFlipped(bytes: Buffer): Generator<Buffer> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield flipped;
  }
}

function second(post: Post, event: InboundEvent, now = post.now): Promise<boolean> {
  return isGenuine(post.webhooks.authenticity, event, { url: post.url, secrets: [post.key.kept], now });
}

function idOf(received: Received): string {
  return received.kind === 'genuine' ? received.eventId : received.kind;
}

/** The same order each time. */
function shuffled<T>(values: readonly T[]): T[] {
  const place = (i: number): number => Math.imul(i + 1, 0x9e3779b1) >>> 0;
  return values
    .map((value, i) => ({ value, at: place(i) }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
