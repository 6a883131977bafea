import { PlatformError } from '../core/errors.js';
import { byte, malformed, skipKey, skipSpace, skipString, skipValue } from './scan-json.js';

/** More than any platform lists on a page. All of a page, with its transcripts, is held at a time. */
const mostItems = 1_000;
/** What stands around a list is parsed as a whole. */
const mostRestBytes = 4 * 1024 * 1024;

interface SlicedReply {
  /** The elements of the array, byte for byte as the platform wrote them. They share the reply's memory. */
  readonly items: readonly Buffer[];
  /** The parsed reply, with that array emptied. */
  readonly rest: unknown;
}

/**
 * Cuts the array at `path` (object keys from the root; none when the root is the array) out of a JSON reply.
 * A `null` in its place counts as an empty array.
 * @throws PlatformError PLATFORM_CHANGED: `retry` when the JSON is broken or cut, `stop` when the array is not there.
 */
export function sliceReply(json: Buffer, path: readonly string[]): SlicedReply {
  const { array, end } = find({ json, path }, skipSpace(json, 0), 0);
  if (skipSpace(json, end) !== json.length) malformed(end, 'something behind the end');
  if (array === undefined) throw noArray(path);
  if (array.from + json.length - array.to > mostRestBytes) throw unlike('The reply holds far more than a list.');

  const rest = `${json.toString('utf8', 0, array.from)}[]${json.toString('utf8', array.to)}`;
  return { items: array.items, rest: parse(rest) };
}

interface Search {
  readonly json: Buffer;
  readonly path: readonly string[];
}
interface Found {
  readonly array?: { readonly items: readonly Buffer[]; readonly from: number; readonly to: number } | undefined;
  readonly end: number;
}

/** Looks below the value at `at`, which lies `depth` objects deep, and finds the value's end on the way. */
function find(search: Search, at: number, depth: number): Found {
  const { json, path } = search;
  const key = path[depth];
  if (key === undefined) return cutArray(search, at, depth);
  if (json[at] !== byte.openObject) return { end: skipValue(json, at, depth) };

  let below: Found | undefined;
  const end = eachMember(json, at, (name, value) => {
    if (!keyIs(json, name, key)) return skipValue(json, value, depth + 1);
    if (below !== undefined) malformed(name, `\`${key}\` given twice`);
    below = find(search, value, depth + 1);
    return below.end;
  });
  return { array: below?.array, end };
}

function cutArray({ json }: Search, at: number, depth: number): Found {
  if (json[at] !== byte.openArray) {
    const end = skipValue(json, at, depth);
    const isNull = json.toString('latin1', at, end) === 'null';
    return { array: isNull ? { items: [], from: at, to: end } : undefined, end };
  }
  const items: Buffer[] = [];
  const end = eachElement(json, at, start => {
    const behind = skipValue(json, start, depth + 1);
    if (items.length >= mostItems) throw unlike(`The reply lists more than ${mostItems} things at a time.`);
    items.push(json.subarray(start, behind));
    return behind;
  });
  return { array: { items, from: at, to: end }, end };
}

/** Visits the place of each element; `visit` answers with its end. @returns the place behind the array. */
function eachElement(json: Buffer, at: number, visit: (element: number) => number): number {
  let i = skipSpace(json, at + 1);
  if (json[i] === byte.closeArray) return i + 1;
  for (;;) {
    i = skipSpace(json, visit(i));
    const next = json[i];
    if (next === byte.closeArray) return i + 1;
    if (next !== byte.comma) malformed(i, 'a comma or an end was expected');
    i = skipSpace(json, i + 1);
  }
}

/** Visits the places of each key and its value; `visit` answers with the value's end. @returns the place behind. */
function eachMember(json: Buffer, at: number, visit: (name: number, value: number) => number): number {
  let i = skipSpace(json, at + 1);
  if (json[i] === byte.closeObject) return i + 1;
  for (;;) {
    i = skipSpace(json, visit(i, skipKey(json, i)));
    const next = json[i];
    if (next === byte.closeObject) return i + 1;
    if (next !== byte.comma) malformed(i, 'a comma or an end was expected');
    i = skipSpace(json, i + 1);
  }
}

/**
 * Takes the value of a key out of an element and leaves `null` in its place.
 * @returns no value when the key is not there, or holds null or an empty list.
 */
export function cutMember(json: Buffer, key: string): { readonly rest: Buffer; readonly value?: Buffer | undefined } {
  if (json[0] !== byte.openObject) return { rest: json };
  let place: readonly [start: number, end: number] | undefined;
  eachMember(json, 0, (name, start) => {
    const end = skipValue(json, start, 1);
    if (keyIs(json, name, key)) place = [start, end];
    return end;
  });
  if (place === undefined) return { rest: json };
  const value = json.subarray(...place);
  if (/^(null|\[\s*\])$/.test(value.toString('latin1', 0, 64))) return { rest: json };
  return { rest: Buffer.concat([json.subarray(0, place[0]), none, json.subarray(place[1])]), value };
}

const none = Buffer.from('null');

/** Puts a value under a key that the element does not have, at its end. */
export function addMember(json: Buffer, key: string, value: Buffer): Buffer {
  const end = json.lastIndexOf(byte.closeObject);
  const isEmpty = skipSpace(json, skipSpace(json, 0) + 1) === end;
  const name = Buffer.from(`${isEmpty ? '' : ','}${JSON.stringify(key)}:`);
  return Buffer.concat([json.subarray(0, end), name, value, json.subarray(end)]);
}

/**
 * Reads one string of a sound element without parsing the rest of it. Cheap when the key comes first or last.
 * @throws Error when the element is no object, lacks the key, or holds anything but a string there: an id
 *   written as a number may already have lost digits, so it is never taken for one.
 */
export function readStringKey(json: Buffer, key: string): string {
  let i = skipSpace(json, 0);
  if (json[i] !== byte.openObject) throw new Error('The record is not an object.');
  i = skipSpace(json, i + 1);
  let last: number | undefined;
  while (json[i] === byte.quote) {
    const value = skipKey(json, i);
    if (keyIs(json, i, key)) return readString(json, value, key);
    last ??= lastMember(json, key) ?? 0;
    if (last > 0) return readString(json, last, key);
    i = skipSpace(json, skipValue(json, value, 1));
    if (json[i] === byte.comma) i = skipSpace(json, i + 1);
  }
  throw new Error(`The record has no \`${key}\`.`);
}

/**
 * @returns the place of the string under the key, when that is the object's last member. Behind a comma and before the
 *   object's end a quote cannot stand within a string, so nothing before it has to be looked at.
 */
function lastMember(json: Buffer, key: string): number | undefined {
  const name = json.lastIndexOf(`"${key}":"`);
  if (name < 1 || json[name - 1] !== byte.comma) return undefined;
  const value = name + key.length + 3;
  const end = skipSpace(json, skipString(json, value));
  return json[end] === byte.closeObject && skipSpace(json, end + 1) === json.length ? value : undefined;
}

function readString(json: Buffer, at: number, key: string): string {
  if (json[at] !== byte.quote) throw new Error(`\`${key}\` of the record is not a string.`);
  return JSON.parse(json.toString('utf8', at, skipString(json, at))) as string;
}

function keyIs(json: Buffer, at: number, key: string): boolean {
  const raw = json.toString('utf8', at, skipString(json, at));
  return raw.includes('\\') ? parse(raw) === key : raw.length === key.length + 2 && raw.startsWith(key, 1);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PlatformError('PLATFORM_CHANGED', 'retry', 'The reply is not sound JSON.', { cause });
  }
}

function noArray(path: readonly string[]): PlatformError {
  const place = path.length === 0 ? 'at its root' : `at \`${path.join('.')}\``;
  return unlike(`The reply has no list ${place}.`);
}

function unlike(message: string): PlatformError {
  return new PlatformError('PLATFORM_CHANGED', 'stop', message, {
    remedy: 'The platform seems to have changed its interface; a newer version of this hub may know the change.',
  });
}
