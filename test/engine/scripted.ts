import type { Connector, Request } from '#connector';
import { PlatformError } from '../../src/core/errors.js';
import type { Egress, EgressReply, EgressRequest } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import {
  type Asker,
  type AskOptions,
  type Fetcher,
  makeAsk,
  type SentRequest,
  type ToldQuota,
} from '../../src/engine/index.js';
import { silentLog } from '../conformance/quiet-log.js';
import { madeUpConnector } from '../conformance/twins/made-up-connector.js';
import { VirtualTime } from '../conformance/virtual-time.js';

/** What comes back: a status, a status with body and headers, or an error. */
export type Scripted = number | { status: number; body?: unknown; headers?: Record<string, string> } | Error;

export const cut = new PlatformError('PLATFORM_UNREACHABLE', 'retry', 'The connection was cut.');

/** An engine whose every answer is given beforehand; the last answer is repeated. */
export class Script {
  readonly time = new VirtualTime(Date.parse('2026-03-01T12:00:00.000Z'));
  readonly sent: EgressRequest[] = [];
  readonly slept: number[] = [];
  readonly held: [string | undefined, number][] = [];
  readonly learned: [string | undefined, ToldQuota][] = [];
  readonly taken: (string | undefined)[] = [];
  readonly counted: SentRequest[] = [];
  readonly logged: string[] = [];
  readonly cancel = new AbortController();
  arrivals = 0;
  readonly ask: Asker;

  constructor(answers: readonly Scripted[], more: Partial<AskOptions> = {}, connector: Connector = madeUpConnector) {
    const write = (...line: unknown[]) => void this.logged.push(JSON.stringify(line));
    this.ask = makeAsk({
      connector,
      egress: this.#egress([...answers]),
      authHeaders: new Secret({ Authorization: 'Bearer canary' }),
      settings: {},
      pacer: {
        take: async group => {
          this.taken.push(group);
          this.time.ms += 5;
          return { sent() {}, answered() {}, close: () => void this.arrivals++ };
        },
        hold: async (group, until) => void this.held.push([group, until.getTime() - this.time.ms]),
        learn: async (group, told) => void this.learned.push([group, told]),
      },
      signal: this.cancel.signal,
      clock: this.time,
      log: { ...silentLog, debug: write, info: write, warn: write, error: write },
      onRequest: sent => void this.counted.push(sent),
      sleep: async ms => void this.slept.push(ms),
      random: () => 1,
      ...more,
    });
  }

  #egress(answers: Scripted[]): Egress {
    return {
      request: async request => {
        this.sent.push(request);
        const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 200;
        if (answer instanceof Error) throw answer;
        const { status, body = {}, headers = {} } = typeof answer === 'number' ? { status: answer } : answer;
        const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
        return { status, headers, bytes } satisfies EgressReply;
      },
    };
  }
}

/** Answers each request with a value, bytes as they are; undefined is `empty`, an error is thrown. */
export function fetcherOf(
  answer: (request: Request, number: number) => unknown,
): Fetcher & { readonly requests: Request[] } {
  const requests: Request[] = [];
  return {
    requests,
    async fetch(request, _, read) {
      const reply = answer(request, requests.push(request));
      if (reply instanceof Error) throw reply;
      return reply === undefined
        ? undefined
        : read(Buffer.from(typeof reply === 'string' ? reply : JSON.stringify(reply)));
    },
  };
}
