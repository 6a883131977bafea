/**
 * For simulators: chance that can be asked for by name: the same account, call and purpose always give the same
 * number, in whatever order they are asked. So nothing has to be generated ahead and kept.
 */

/** 0 to 4,294,967,295. */
export function dice(seed: number, index: number, purpose: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 0x7f4a7c15, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) ^ Math.imul(purpose + 0x165667b1, 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 13), 0x297a2d39);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}

/** 0 to 1, one left out. */
export function chance(seed: number, index: number, purpose: number): number {
  return dice(seed, index, purpose) / 4_294_967_296;
}

export function pick<const T extends readonly [unknown, ...unknown[]]>(from: T, number: number): T[number] {
  return from[number % from.length];
}

/** A number for a text: FNV-1a, 32 bits. */
export function digest(text: string, start = 0x811c9dc5): number {
  let h = start;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

export function digits(number: number, length: number): string {
  return String(number % 10 ** length).padStart(length, '0');
}
