import type { House } from '../scope.js';

/** Anybody can bring these entries about, and each takes its turn in the house's trail. */
const mostAMinute = 30;
const counted = new WeakMap<House['sql'], Map<string, { minute: number; count: number }>>();

/** Whether one more entry of this kind may be written now, in this process. */
export function isBearable({ sql, clock }: Pick<House, 'sql' | 'clock'>, act: string): boolean {
  const acts = counted.get(sql) ?? new Map<string, { minute: number; count: number }>();
  counted.set(sql, acts);
  const minute = Math.floor(clock.now().getTime() / 60_000);
  const before = acts.get(act);
  const count = before?.minute === minute ? before.count + 1 : 1;
  acts.set(act, { minute, count });
  return count <= mostAMinute;
}
