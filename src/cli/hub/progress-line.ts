import { plain } from '../plain.js';
import type { Terminal } from './act.js';

export interface Progress {
  readonly status: string;
  readonly finished: boolean;
  readonly sequence: number;
  readonly found: number | null;
  readonly stored: number;
  readonly unusable: number;
  readonly percent: number | null;
  readonly callsPerSecond: number | null;
  readonly secondsLeft: number | null;
  readonly bindingLimit: string | null;
  readonly waitReason: string | null;
  readonly problem: { readonly code: string; readonly message: string; readonly remedy: string } | null;
}

const width = 30;

/** Where an import stands, in a line: with a bar where somebody looks on, and then never longer than the terminal is wide. */
export function progressLine(progress: Progress, { isLive, columns }: Pick<Terminal, 'isLive' | 'columns'>): string {
  const words = plain(wordsOf(progress));
  // A longer line would wrap, and only its last part could be drawn anew.
  return isLive ? `${barOf(progress)}  ${words}`.slice(0, columns - 1) : words;
}

function barOf({ percent, finished, status }: Progress): string {
  const done = finished && status.startsWith('COMPLETED') ? 100 : (percent ?? 0);
  const full = Math.round((Math.min(100, done) / 100) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}

function wordsOf(progress: Progress): string {
  const { status, finished, stored, found, unusable, percent } = progress;
  const { callsPerSecond, secondsLeft, bindingLimit, waitReason } = progress;
  const some = (value: number | null, words: (value: number) => string) => (value === null ? [] : [words(value)]);
  return [
    status,
    ...(finished ? [] : some(percent, value => `${value.toFixed(0)} %`)),
    `${stored.toLocaleString('en')} of ${found?.toLocaleString('en') ?? '?'} calls`,
    ...(unusable > 0 ? [`${unusable.toLocaleString('en')} unusable`] : []),
    ...(finished ? [] : some(callsPerSecond, value => `${value.toFixed(0)} calls/s`)),
    ...(finished ? [] : some(secondsLeft, value => `${Math.ceil(value)} s left`)),
    ...(finished || bindingLimit === null ? [] : [`limit: ${bindingLimit}`]),
    ...(finished || waitReason === null ? [] : [waitReason]),
  ].join(', ');
}
