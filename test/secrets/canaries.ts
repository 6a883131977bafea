import { constants, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';

/** A secret that must not be found anywhere, and the name to report it by. */
export interface Canary {
  readonly name: string;
  readonly value: string | Buffer;
}

/** Long, unmistakable, and with characters that every encoding treats in its own way. */
export function canaryValue(name: string): string {
  return `${name}/${randomBytes(12).toString('base64')}+&="<é>${randomBytes(6).toString('hex')}`;
}

/** Which canaries stand in the text, in whatever form: `access key as hex`. */
export function hits(text: string, canaries: readonly Canary[]): string[] {
  const folded = text.toLowerCase();
  return canaries.flatMap(({ name, value }) =>
    Object.entries(formsOf(value))
      .filter(([form, shapes]) => shapes.some(shape => (caseless.has(form) ? folded : text).includes(shape)))
      .map(([form]) => `${name} as ${form}`),
  );
}

const caseless = new Set(['hex', 'spaced hex', 'percent', 'unicode escapes']);

function formsOf(value: string | Buffer): Record<string, string[]> {
  const bytes = Buffer.from(value as string);
  const hex = bytes.toString('hex');
  const pairs = hex.match(/../g) ?? [];
  const binary = {
    base64: [0, 1, 2].map(shift => base64Within(bytes, shift)),
    base64url: [0, 1, 2].map(shift => toUrlForm(base64Within(bytes, shift))),
    hex: [hex],
    'spaced hex': [pairs.join(' ')],
    percent: [pairs.map(pair => `%${pair}`).join('')],
    'a list of bytes': [[...bytes].join(','), [...bytes].join(', ')],
    latin1: [bytes.toString('latin1')],
  };
  if (typeof value !== 'string') return binary;
  const [front, back] = [value.slice(0, value.length / 2), value.slice(value.length / 2)];
  return {
    ...binary,
    itself: [value],
    JSON: [JSON.stringify(value).slice(1, -1), JSON.stringify(JSON.stringify(value)).slice(3, -3)],
    URL: [encodeURIComponent(value), encodeURI(value), new URLSearchParams({ v: value }).toString().slice(2)],
    HTML: [value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
    'unicode escapes': [Array.from(value, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
    'itself reversed': [reversed(value)],
    'a half': [front, back],
    'a half reversed': [reversed(front), reversed(back)],
  };
}

/** The base64 of these bytes inside longer ones: what depends on the neighbours is cut off. */
function base64Within(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return text.slice(shift === 0 ? 0 : shift + 1, (shift + bytes.length) % 3 === 0 ? undefined : -1);
}

function toUrlForm(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}

/** Everything that the bytes can be read as, also when they are only compressed. */
export function readings(bytes: Buffer): string[] {
  const texts = [bytes.toString('latin1'), bytes.toString('utf8')];
  const limit = { maxOutputLength: 16 * 1024 * 1024 };
  for (const [magic, unpack] of packings) {
    for (let at = bytes.indexOf(magic); at >= 0 && at < 64; at = bytes.indexOf(magic, at + 1)) {
      try {
        texts.push(unpack(bytes.subarray(at), limit).toString('utf8'));
      } catch {
        // Only looked like it.
      }
    }
  }
  return texts;
}

const packings: readonly [Buffer, (bytes: Buffer, limit: { maxOutputLength: number }) => Buffer][] = [
  [Buffer.from('28b52ffd', 'hex'), zstdDecompressSync],
  [Buffer.from('1f8b', 'hex'), (bytes, limit) => gunzipSync(bytes, { ...limit, finishFlush: constants.Z_SYNC_FLUSH })],
  [Buffer.from('789c', 'hex'), inflateSync],
];
