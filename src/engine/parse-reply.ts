import { PlatformError } from '../core/errors.js';
import { skipSpace, skipValue } from './scan-json.js';

/**
 * A whole reply, parsed. Its structure is looked over first: what nests without end takes memory without end.
 * @throws PlatformError PLATFORM_CHANGED (`retry`) when it is no sound JSON.
 */
export function parseReply(bytes: Buffer): unknown {
  skipValue(bytes, skipSpace(bytes, 0), 0);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's own words quote the reply, so they are not kept as the cause.
    throw new PlatformError('PLATFORM_CHANGED', 'retry', 'The reply is not sound JSON.');
  }
}

/** Some put a byte order mark in front, which means nothing in UTF-8. */
export function withoutMark(bytes: Buffer): Buffer {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return isMarked ? bytes.subarray(3) : bytes;
}
