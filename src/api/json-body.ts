import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';

const mostKb = 100;
export const bodyLimit = `${mostKb}kb`;

const usualType = /^application\/json *(?:; *charset="?utf-8"? *)?$/i;
const unusual = express.json({ limit: bodyLimit });

/**
 * An object or array of JSON; undefined when the body is of another type, as foreign web pages can send it.
 *
 * What nearly everybody sends is read here. What is compressed or in another Unicode is left to the library.
 *
 * @throws with a `status` below 500 and a `type` when it cannot be read. The library's error repeats the body.
 */
export function readJson(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
  return usualType.test(type) && encoding === undefined ? readUsual(request) : readUnusual(request, response);
}

function readUnusual(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  return new Promise((resolve, reject) => {
    unusual(request, response, (error?: Error) => {
      if (error === undefined) resolve((request as { body?: unknown }).body);
      else reject(error);
    });
  });
}

async function readUsual(request: IncomingMessage): Promise<unknown> {
  const text = (await readAll(request)).toString('utf8');
  if (text === '') return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // The parser's own error would quote the body.
  }
  if (typeof body !== 'object' || body === null) throw unreadable(400, 'entity.parse.failed');
  return body;
}

/** What is too large is heard out and not kept, so that its sender hears us. */
function readAll(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostKb * 1_024) chunks = [];
      else chunks.push(chunk);
    });
    request.once('end', () => {
      if (size > mostKb * 1_024) reject(unreadable(413, 'entity.too.large'));
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    // Nobody is left to hear of it.
    request.once('error', () => reject(unreadable(400, 'request.aborted')));
  });
}

function unreadable(status: number, type: string): Error {
  return Object.assign(new Error('A body could not be read.'), { status, type });
}
