import type { BusEvent } from './ports.js';

/** The news, and a gap whenever there was none for so long: news may be lost, the last one too. */
export async function* withoutLongSilence(
  news: AsyncIterable<BusEvent>,
  longestSilenceMs: number,
): AsyncGenerator<BusEvent> {
  const events = news[Symbol.asyncIterator]();
  for (let next = events.next(); ; ) {
    const result = await orSilence(next, longestSilenceMs);
    if (result === undefined) {
      yield { kind: 'gap' };
      continue;
    }
    if (result.done === true) return;
    next = events.next();
    yield result.value;
  }
}

async function orSilence<T>(next: Promise<T>, longestSilenceMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), longestSilenceMs);
  });
  try {
    return await Promise.race([next, silence]);
  } finally {
    clearTimeout(timer);
  }
}
