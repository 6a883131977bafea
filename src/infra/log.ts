import { type DestinationStream, pino, stdTimeFunctions } from 'pino';
import { inertJson } from '../core/inert.js';
import type { Log, LogFields } from '../core/ports.js';
import { traceparent } from '../core/traces.js';

/** JSON lines on standard output. Secrets mask themselves; errors are cut down to what may be told. */
export function openLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    // Whoever reads a log reads it in a terminal.
    hooks: { streamWrite: inertJson },
    mixin: traceFields,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return wrap(destination === undefined ? pino(options) : pino(options, destination));
}

/** By the names under which tools find the lines of a trace. */
function traceFields(): LogFields {
  const [, trace_id, span_id] = traceparent()?.split('-') ?? [];
  return trace_id === undefined ? {} : { trace_id, span_id };
}

type Pino = ReturnType<typeof pino>;

function wrap(logger: Pino): Log {
  return {
    debug: (message, fields) => logger.debug(presentable(fields), message),
    info: (message, fields) => logger.info(presentable(fields), message),
    warn: (message, fields) => logger.warn(presentable(fields), message),
    error: (message, fields) => logger.error(presentable(fields), message),
    with: fields => wrap(logger.child(presentable(fields))),
  };
}

/**
 * Errors of libraries carry sockets, requests and headers. Only the name, the code, the message, the
 * stack and the same of each cause pass.
 */
function presentable(fields: LogFields = {}): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? summary(value) : value]),
  );
}

function summary(error: Error, depth = 0): LogFields {
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    ...(typeof code === 'string' && { code }),
    message: error.message,
    stack: error.stack,
    ...(error.cause instanceof Error && depth < 5 && { cause: summary(error.cause, depth + 1) }),
  };
}
