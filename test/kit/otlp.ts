import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './until.js';

/** A span as it came in, with its attributes and those of the process that sent it. */
export interface SeenSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent for the first of a trace. */
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface Collector {
  readonly url: string;
  readonly spans: SeenSpan[];
  /** Of each request, as they came. */
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[];
  /** A status in place of 200. */
  answer: (() => number) | undefined;
  /** Such a span, as soon as it is here. */
  span(what: string, wanted: (span: SeenSpan) => boolean): Promise<SeenSpan>;
  /** From the first span of its trace down to this one; only as much of it as has come. */
  path(span: SeenSpan): readonly SeenSpan[];
  close(): Promise<void>;
}

interface Said {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
const plain = (attributes: readonly Said[] = []): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** Whoever takes traces over OTLP as JSON, on this machine, and keeps them. */
export async function startCollector(): Promise<Collector> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    made.requests.push({ path: request.url ?? '', headers: request.headers, body });
    const status = made.answer?.() ?? 200;
    if (status === 200 && request.headers['content-type'] === 'application/json') made.spans.push(...spansIn(body));
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const made: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    requests: [],
    answer: undefined,
    span: (what, wanted) => until(what, () => made.spans.find(wanted)),
    path(span) {
      const parent = made.spans.find(({ traceId, spanId }) => traceId === span.traceId && spanId === span.parentSpanId);
      return [...(parent === undefined ? [] : made.path(parent)), span];
    },
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return made;
}

function spansIn(body: string): SeenSpan[] {
  const { resourceSpans } = JSON.parse(body);
  return resourceSpans.flatMap(
    // biome-ignore lint/suspicious/noExplicitAny: the form is OpenTelemetry's.
    ({ resource, scopeSpans }: any) =>
      // biome-ignore lint/suspicious/noExplicitAny: as above.
      scopeSpans.flatMap((scope: any) =>
        // biome-ignore lint/suspicious/noExplicitAny: as above.
        scope.spans.map((span: any) => ({
          links: [],
          ...span,
          attributes: plain(span.attributes),
          resource: plain(resource.attributes),
        })),
      ),
  );
}
