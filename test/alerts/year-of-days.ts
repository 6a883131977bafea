/** Made-up days of many connections, from a seed: what is unusual among them is known. */
import { type Day, judgeDay, type Verdict } from '../../src/alerts/volume/judge-day.js';

/** Numbers from 0 to 1 that are the same every time. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Marsaglia and Tsang, with mean 1 and variance `cv2`. */
function gamma(random: () => number, cv2: number): number {
  const shape = 1 / cv2;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return (d * v) / shape;
  }
}

function poisson(random: () => number, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let [count, product] = [0, random()];
  while (product > limit) {
    count++;
    product *= random();
  }
  return count;
}

/** Calls of a day: counts that vary more than by chance alone. @param cv2 the variance that comes on top, by the mean's square */
export function callsOfDay(random: () => number, mean: number, cv2: number): number {
  return poisson(random, mean * gamma(random, cv2));
}

const dayMs = 86_400_000;

/** The business days from a Monday on. */
export function businessDays(count: number, from = '2026-01-05'): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); days.length < count; at += dayMs) {
    const date = new Date(at);
    if (date.getUTCDay() % 6 !== 0) days.push(date.toISOString().slice(0, 10));
  }
  return days;
}

export interface Rates {
  readonly judged: number;
  readonly stop: number;
  readonly drop: number;
  readonly surge: number;
  /** Shares of days that were made unusual on which it was seen. */
  readonly stopSeen: number;
  readonly ninetySeen: number;
  readonly eightfoldSeen: number;
}

const history = 45;

/** How often days are called unusual that are not, and days that are, are not. */
export function ratesOf(mean: number, cv2: number, days: number, seed: number): Rates {
  const random = seeded(seed);
  const names = businessDays(history + 2);
  const found = { stop: 0, drop: 0, surge: 0, stopSeen: 0, ninetySeen: 0, eightfoldSeen: 0 };
  const draw = (factor = 1): number => (factor === 0 ? 0 : callsOfDay(random, mean * factor, cv2));
  const judged = (usual: readonly Day[], first: number, second: number): Verdict | undefined =>
    judgeDay([...usual, day(names[history], first), day(names[history + 1], second)]);
  for (let n = 0; n < days; n++) {
    const usual = names.slice(0, history).map(on => day(on, draw()));
    const verdict = judged(usual, draw(), draw());
    if (verdict !== undefined) found[verdict.kind]++;
    if (judgeDay([...usual, day(names[history], 0)])?.kind === 'stop') found.stopSeen++;
    if (judged(usual, draw(0.1), draw(0.1)) !== undefined) found.ninetySeen++;
    if (judgeDay([...usual, day(names[history], draw(8))])?.kind === 'surge') found.eightfoldSeen++;
  }
  const share = (count: number): number => count / days;
  return {
    judged: days,
    ...{ stop: share(found.stop), drop: share(found.drop), surge: share(found.surge) },
    ...{
      stopSeen: share(found.stopSeen),
      ninetySeen: share(found.ninetySeen),
      eightfoldSeen: share(found.eightfoldSeen),
    },
  };
}

function day(on = '', calls = 0): Day {
  return { on, calls };
}
