/** What goes wrong on purpose. Shares are between 0 and 1 and are drawn anew for every request. */
export interface Faults {
  /** Share of requests answered with 500. */
  readonly error500: number;
  /** Share of requests answered with 502. */
  readonly error502: number;
  /** Share of requests whose socket is cut, half of them before the answer, half in the middle of it. */
  readonly cut: number;
  /** Share of requests whose cursor, where they carry one, has died. */
  readonly deadCursors: number;
  /** Share of requests answered with 429, which says in each of its forms in turn when to come back. */
  readonly tooMany: number;
  /** How long every answer takes at least, in milliseconds. */
  readonly latencyMs: number;
  /** Faults for the very next requests, one each, before chance has its say. */
  readonly next: readonly Fault[];
}

/** `dead-cursors` kills all that were handed out so far, `dead-cursor` the one that is asked with. */
export type Fault = 'error500' | 'error502' | 'cut' | 'cut-body' | 'dead-cursor' | 'dead-cursors' | 'none' | TooMany;

/** "Slow down". Without a form: whole seconds. */
export interface TooMany {
  readonly tooManyForSeconds: number;
  readonly as?: RetryAfterForm;
}

/** How a platform may say when to come back, or fail to say it. */
const retryAfterForms = ['seconds', 'date', 'decimal', 'past', 'text', 'absent'] as const;
export type RetryAfterForm = (typeof retryAfterForms)[number];

export const noFaults: Faults = {
  error500: 0,
  error502: 0,
  cut: 0,
  deadCursors: 0,
  tooMany: 0,
  latencyMs: 0,
  next: [],
};

/** Draws the fault for the n-th request; the same seed draws the same faults. */
export function drawFault(faults: Faults, seed: number, n: number): Fault {
  const roll = random(seed, n);
  const { error500, error502, cut, deadCursors, tooMany } = faults;
  if (roll < error500) return 'error500';
  if (roll < error500 + error502) return 'error502';
  if (roll < error500 + error502 + cut / 2) return 'cut';
  if (roll < error500 + error502 + cut) return 'cut-body';
  if (roll < error500 + error502 + cut + deadCursors) return 'dead-cursor';
  return roll < error500 + error502 + cut + deadCursors + tooMany ? drawRefusal(n) : 'none';
}

function drawRefusal(n: number): TooMany {
  const as = retryAfterForms[n % retryAfterForms.length] ?? 'seconds';
  return { as, tooManyForSeconds: as === 'decimal' ? 1.5 : 1 + (n % 2) };
}

/** @throws TypeError naming the first thing that is no fault or has no sensible value. */
export function readFaults(given: unknown, before: Faults): Faults {
  if (typeof given !== 'object' || given === null) throw new TypeError('Faults are an object');
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(noFaults, name)) throw new TypeError(`There is no fault called ${name}`);
    if (name === 'next') checkNext(value);
    else if (typeof value !== 'number' || !(value >= 0)) throw new TypeError(`${name} must be a number from 0`);
    else if (name !== 'latencyMs' && value > 1) throw new TypeError(`${name} must be a share from 0 to 1`);
  }
  return { ...before, ...given };
}

const scripted = ['error500', 'error502', 'cut', 'cut-body', 'dead-cursor', 'dead-cursors', 'none'];

function checkNext(value: unknown): void {
  const known = (fault: unknown): boolean =>
    scripted.includes(fault as string) ||
    (typeof fault === 'object' &&
      fault !== null &&
      'tooManyForSeconds' in fault &&
      typeof fault.tooManyForSeconds === 'number' &&
      (!('as' in fault) || retryAfterForms.includes(fault.as as RetryAfterForm)));
  if (Array.isArray(value) && value.every(known)) return;
  throw new TypeError(`next must be a list of ${scripted.join(', ')} or { tooManyForSeconds, as }`);
}

/** 0 to 1, one left out: the n-th number of a seed. */
function random(seed: number, n: number): number {
  let h = Math.imul(seed + 0x6d2b79f5, 0x85ebca6b) + Math.imul(n, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 4_294_967_296;
}
