import { createHash, timingSafeEqual } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import type { Metrics } from '../core/metrics.js';
import type { Secret } from '../core/secret.js';
import { CallerError, type ErrorCode } from '../core/errors.js';
import { secondsToWait } from './limits/rates.js';
import { type Rooms, viewerOf } from './scope-for.js';

/** What `/metrics` shows, and to whom beside API keys. */
export interface MetricsPage {
  readonly contentType: string;
  text(): Promise<string>;
  /** Of whoever collects metrics. It opens nothing else, and works when the database does not. */
  readonly token?: Secret<string> | undefined;
}

const readers = ['admin', 'service'];

/** `GET /metrics`, for the metrics token and for API keys of the roles admin and service. */
export function metricsRoutes(rooms: Rooms, page: MetricsPage | undefined): Router {
  const router = Router();
  if (page === undefined) return router;
  const show: RequestHandler = async (request, response) => {
    const { authorization } = request.headers;
    if (!holds(page.token, authorization)) {
      const refusal = await refusalOf(rooms, authorization, rooms.addressOf(request));
      if (refusal !== undefined) {
        const wait = secondsToWait(refusal);
        const status = wait === undefined ? statuses[refusal.code] : 429;
        if (wait !== undefined) response.set('retry-after', String(wait));
        if (status === 401) response.set('www-authenticate', 'Bearer');
        rooms.house.metrics.count('patchbay_refusals_total', { code: refusal.code });
        return void response
          .status(status ?? 403)
          .type('text/plain')
          .send(`${refusal.message}\n`);
      }
    }
    response.set({ 'content-type': page.contentType, 'cache-control': 'no-store' }).send(await page.text());
  };
  return router.get('/metrics', show);
}

const statuses: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, RATE_LIMITED: 429, FORBIDDEN: 403 };

async function refusalOf(rooms: Rooms, authorization: unknown, address?: string): Promise<CallerError | undefined> {
  try {
    const { role } = await viewerOf(rooms, authorization, address);
    if (readers.includes(role)) return undefined;
    return new CallerError('FORBIDDEN', 'Metrics are for the roles ADMIN and SERVICE, and for the metrics token.');
  } catch (error) {
    if (error instanceof CallerError) return error;
    throw error;
  }
}

function holds(token: Secret<string> | undefined, authorization: string | undefined): boolean {
  const [, given] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  return token !== undefined && given !== undefined && timingSafeEqual(digest(given), digest(token.reveal()));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const faults: readonly unknown[] = ['INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'] satisfies ErrorCode[];

/** How an operation ended, as its errors tell: faults of ours and of our surroundings, or of whoever asked. */
export function outcomeOf(codes: readonly unknown[]): 'answered' | 'refused' | 'failed' {
  if (codes.length === 0) return 'answered';
  return codes.some(code => faults.includes(code)) ? 'failed' : 'refused';
}

export interface EndedOperation {
  /** `none`: nothing that could be run. */
  readonly kind: 'query' | 'mutation' | 'subscription' | 'none';
  readonly transport: 'http' | 'socket';
  readonly outcome: ReturnType<typeof outcomeOf>;
  /** Of `performance.now()`. */
  readonly startedAt: number;
}

export function countOperation(metrics: Metrics, { kind, transport, outcome, startedAt }: EndedOperation): void {
  metrics.count('patchbay_graphql_operations_total', { kind, transport, outcome });
  if (kind !== 'query' && kind !== 'mutation') return;
  const seconds = (performance.now() - startedAt) / 1_000;
  metrics.observe('patchbay_graphql_operation_duration_seconds', { kind, transport }, seconds);
}
