import { PatchbayError } from './errors.js';

const nodeCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** Shutting down, crashed, starting, too many connections, ended because we were silent; class 08 is the connection itself. */
const postgresCodes = /^(08...|57P0[1-5]|53300|25P03)$/;
/** What the driver and its pool say without a code. */
const poolWords =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Client was closed)/;

/** Whether the error says that the database cannot be reached now, and may be later. */
export function isUnavailable(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false;
  // Already said in our words: a platform that cannot be reached is not the database.
  if (error instanceof PatchbayError) return false;
  const { code, name } = error as { code?: unknown; name: string };
  if (typeof code === 'string' && (nodeCodes.has(code) || postgresCodes.test(code))) return true;
  return name === 'ConnectionException' || poolWords.test(error.message) || isUnavailable(error.cause, depth + 1);
}
