import type { ExecutionResult } from 'graphql';
import { afterEach, expect, test, vi } from 'vitest';
import { SharedSubscriptions } from '../../src/api/shared-subscriptions.js';

type Results = AsyncGenerator<ExecutionResult>;

afterEach(() => void vi.useRealTimers());

/** A subscription by hand: `begun` are the signals of those that run. */
function stage() {
  const shared = new SharedSubscriptions();
  const begun: { readonly signal: AbortSignal; readonly say: (n: number) => void; readonly end: () => void }[] = [];
  const begin = async function* (signal: AbortSignal): Results {
    const waiting: number[] = [];
    let wake = (): void => undefined;
    let over = false;
    signal.addEventListener('abort', () => wake());
    const woken = (change: () => void) => () => {
      change();
      wake();
    };
    begun.push({ signal, say: n => woken(() => waiting.push(n))(), end: woken(() => (over = true)) });
    yield { data: { n: 0 } };
    while (!signal.aborted && !(over && waiting.length === 0)) {
      const n = waiting.shift();
      if (n === undefined) await new Promise<void>(resolve => (wake = resolve));
      else yield { data: { n } };
    }
  };
  const join = (name: string, signal = new AbortController().signal) =>
    shared.join(name, begin, signal) as Promise<Results>;
  return { begun, join };
}

async function hear(stream: Results): Promise<unknown> {
  return (await stream.next()).value?.data?.n;
}

test('what is the same runs once, and all hear everything', async () => {
  const { begun, join } = stage();

  const streams = await Promise.all(['a', 'a', 'a', 'b'].map(name => join(name)));
  expect(await Promise.all(streams.map(hear))).toEqual([0, 0, 0, 0]);
  begun[0]?.say(1);
  begun[0]?.end();

  for (const stream of streams.slice(0, 3)) {
    expect(await hear(stream)).toBe(1);
    expect((await stream.next()).done).toBe(true);
  }
  expect(begun).toHaveLength(2);
});

test('whoever joins hears the present state first; whoever comes after a second begins anew', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { begun, join } = stage();
  const first = await join('a');
  await hear(first);
  begun[0]?.say(1);
  expect(await hear(first)).toBe(1);

  expect(await hear(await join('a'))).toBe(1);
  vi.advanceTimersByTime(1_000);
  expect(await hear(await join('a'))).toBe(0);
  expect(begun).toHaveLength(2);
});

test('it ends when the last has left, by hanging up or by completing it', async () => {
  const { begun, join } = stage();
  const hungUp = new AbortController();
  const [one, other] = [await join('a', hungUp.signal), await join('a')];
  await Promise.all([hear(one), hear(other)]);
  const waiting = one.next();

  hungUp.abort();
  expect((await waiting).done).toBe(true);
  expect(begun[0]?.signal.aborted).toBe(false);
  await other.return(undefined);
  expect(begun[0]?.signal.aborted).toBe(true);

  expect(await hear(await join('a'))).toBe(0);
  expect(begun).toHaveLength(2);
});

test('what fails fails for all who follow it, and begins anew for the next', async () => {
  const shared = new SharedSubscriptions();
  let begun = 0;
  const begin = async function* (): Results {
    begun += 1;
    yield { data: { n: 0 } };
    throw new Error('odd');
  };
  const join = () => shared.join('a', begin, new AbortController().signal) as Promise<Results>;

  for (const stream of await Promise.all([join(), join()])) {
    expect(await hear(stream)).toBe(0);
    await expect(stream.next()).rejects.toThrow('odd');
  }
  expect(await hear(await join())).toBe(0);
  expect(begun).toBe(2);
});
