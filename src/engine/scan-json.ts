/**
 * Walks over JSON as bytes without building anything.
 *
 * Platforms send megabytes of transcript at a time. We keep those documents as they were written, so all we
 * need is to know where each begins and ends; parsing them would cost several times as much. The structure is
 * checked to the last comma. The inside of strings is not: a bad escape harms one document when that is read,
 * and must not cost the whole reply.
 */
import { PlatformError } from '../core/errors.js';

/** Deeper nesting than this is refused: no platform needs it, and it only ever costs memory. */
const deepestNesting = 64;

/** Below, the numbers stand themselves: looked up for every byte, they would cost a quarter of the time. */
export const byte = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openArray: 0x5b,
  backslash: 0x5c,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/** @throws PlatformError PLATFORM_CHANGED (`retry`): most broken replies were cut on their way to us. */
export function malformed(at: number, what: string): never {
  throw new PlatformError('PLATFORM_CHANGED', 'retry', `The reply is not sound JSON: ${what} at byte ${at}.`);
}

export function skipSpace(json: Buffer, at: number): number {
  let i = at;
  while (isSpace(json[i])) i++;
  return i;
}

function isSpace(c: number | undefined): boolean {
  return c !== undefined && c <= 0x20 && (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09);
}

/** @returns the place just behind the closing quote of the string whose opening quote is at `at`. */
export function skipString(json: Buffer, at: number): number {
  if (json[at] !== 0x22) malformed(at, 'a string was expected');
  // Byte by byte is faster than a native search: most strings are shorter than what a call costs.
  for (let i = at + 1; i < json.length; i++) {
    const c = json[i];
    if (c === 0x22 /* " */) return i + 1;
    if (c === 0x5c /* \ */) i++;
  }
  return malformed(json.length, 'a string without an end');
}

/** @returns the place of the value that belongs to the key at `at`. */
export function skipKey(json: Buffer, at: number): number {
  const behind = skipSpace(json, skipString(json, at));
  if (json[behind] !== 0x3a /* : */) malformed(behind, 'a colon was expected');
  return skipSpace(json, behind + 1);
}

function skipScalar(json: Buffer, at: number): number {
  const c = json[at];
  if (c === 0x22) return skipString(json, at);
  if (c === 0x74) return skipWord(json, at, 'true');
  if (c === 0x66) return skipWord(json, at, 'false');
  if (c === 0x6e) return skipWord(json, at, 'null');
  return skipNumber(json, at);
}

function skipWord(json: Buffer, at: number, word: string): number {
  for (let i = 0; i < word.length; i++) {
    if (json[at + i] !== word.charCodeAt(i)) malformed(at, 'an unknown word');
  }
  return at + word.length;
}

function skipNumber(json: Buffer, at: number): number {
  const start = json[at] === 0x2d ? at + 1 : at;
  let i = skipDigits(json, start);
  if (i > start + 1 && json[start] === 0x30) malformed(start, 'a number with a leading zero');
  if (json[i] === 0x2e) i = skipDigits(json, i + 1);
  const c = json[i];
  if (c !== 0x65 && c !== 0x45) return i;
  const sign = json[i + 1];
  return skipDigits(json, sign === 0x2b || sign === 0x2d ? i + 2 : i + 1);
}

function skipDigits(json: Buffer, at: number): number {
  let i = at;
  for (let c = json[i]; c !== undefined && c >= 0x30 && c <= 0x39; c = json[i]) i++;
  return i === at ? malformed(at, 'a value was expected') : i;
}

/**
 * @param outer how many arrays and objects already enclose the value.
 * @returns the place just behind the value that begins at `at`.
 */
export function skipValue(json: Buffer, at: number, outer: number): number {
  // A loop with a stack of its own and not a recursion: it is the hot path, and it cannot overflow.
  const closers = new Uint8Array(deepestNesting);
  let depth = 0;
  let i = at;
  for (;;) {
    const c = json[i];
    if (c === 0x7b /* { */ || c === 0x5b /* [ */) {
      if (outer + depth >= deepestNesting) malformed(i, `nesting deeper than ${deepestNesting}`);
      i = skipSpace(json, i + 1);
      if (json[i] !== c + 2) {
        closers[depth++] = c + 2;
        if (c === 0x7b) i = skipKey(json, i);
        continue;
      }
      i++;
    } else i = skipScalar(json, i);
    // A value has ended at `i`: close what ends with it, and go on behind the comma.
    for (;;) {
      if (depth === 0) return i;
      i = skipSpace(json, i);
      const next = json[i++];
      if (next === 0x2c /* , */) break;
      if (next !== closers[--depth]) malformed(i - 1, 'a comma or an end was expected');
    }
    i = skipSpace(json, i);
    if (closers[depth - 1] === 0x7d /* } */) i = skipKey(json, i);
  }
}
