import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SlackDouble {
  /** What the hub's environment needs. */
  readonly env: { readonly PATCHBAY_SLACK_URL: string };
  /** Bodies that were taken, in order. */
  // biome-ignore lint/suspicious/noExplicitAny: tests know what was sent.
  readonly received: any[];
  /** Paths that were posted to, taken or not. */
  readonly asked: string[];
  /** What it answers instead of taking a message; undefined takes it. */
  answer:
    | (() => { readonly status: number; readonly text: string; readonly headers?: Record<string, string> } | undefined)
    | undefined;
  close(): Promise<void>;
}

let addresses = 0;
/** Another one each time. */
export const slackAddress = (channel = `B${String((addresses += 1)).padStart(8, '0')}`): string =>
  `https://hooks.slack.com/services/T00000000/${channel}/aBcDeFgHiJkLmNoPqRsTuVwX`;

/** The incoming webhooks of Slack, which takes JSON of blocks and says "ok". */
export async function startSlack(): Promise<SlackDouble> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    made.asked.push(request.url ?? '');
    const refusal = made.answer?.();
    if (refusal !== undefined) return void response.writeHead(refusal.status, refusal.headers).end(refusal.text);
    const body = JSON.parse(Buffer.concat(parts).toString());
    if (!Array.isArray(body.blocks) || body.blocks.length > 50 || typeof body.text !== 'string')
      return void response.writeHead(400).end('invalid_blocks');
    made.received.push(body);
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const made: SlackDouble = {
    env: { PATCHBAY_SLACK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    received: [],
    asked: [],
    answer: undefined,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return made;
}
