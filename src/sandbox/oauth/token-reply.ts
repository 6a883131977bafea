import type { ServerResponse } from 'node:http';
import type { Headers } from '#connector';

export interface TokenReply {
  readonly status: number;
  readonly headers?: Headers;
  /** A value is sent as JSON; bytes are sent as they are. */
  readonly body: unknown;
}

/** Sends an answer of the token endpoint, which nobody may keep. */
export function sendReply(response: ServerResponse, { status, headers, body }: TokenReply): void {
  const bytes = bytesOf(body);
  response.writeHead(status, headersOf(headers, bytes)).end(bytes);
}

/** Sends the first half and hangs up. */
export function sendHalf(response: ServerResponse, { status, headers, body }: TokenReply): void {
  const bytes = bytesOf(body);
  response.writeHead(status, headersOf(headers, bytes));
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}

function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
}

function headersOf(headers: Headers | undefined, bytes: Buffer): Headers {
  const usual = { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store' };
  return { ...usual, ...headers, 'content-length': String(bytes.length) };
}
