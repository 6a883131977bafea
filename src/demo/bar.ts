import type { Progress } from './documents.js';

const width = 30;

/** Shows progress: a bar that redraws itself in a terminal, at most a line a second elsewhere. */
export function progressBar(out: NodeJS.WriteStream): (progress: Progress) => void {
  if (out.isTTY) {
    return progress => {
      out.write(`\r\x1b[K${barOf(progress)}  ${wordsOf(progress)}`);
      if (progress.finished) out.write('\n');
    };
  }
  let said = 0;
  return progress => {
    const now = performance.now();
    if (!progress.finished && now - said < 1_000) return;
    said = now;
    out.write(`${wordsOf(progress)}\n`);
  };
}

function barOf({ percent }: Progress): string {
  const full = Math.round(((percent ?? 0) / 100) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}

function wordsOf(progress: Progress): string {
  const { status, finished, stored, found, percent, callsPerSecond, secondsLeft, bindingLimit, waitReason } = progress;
  const count = `${stored.toLocaleString('en')} of ${found?.toLocaleString('en') ?? '?'} calls`;
  if (finished) return `${count}, ${status}`;
  return [
    percent === null ? undefined : `${percent.toFixed(0)} %`,
    count,
    callsPerSecond === null ? undefined : `${callsPerSecond.toFixed(0)} calls/s`,
    bindingLimit === null ? undefined : `limit: ${bindingLimit}`,
    secondsLeft === null ? undefined : `${Math.ceil(secondsLeft)} s left`,
    waitReason ?? undefined,
  ]
    .filter(part => part !== undefined)
    .join(', ');
}
