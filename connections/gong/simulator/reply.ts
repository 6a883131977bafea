import type { SimulatedReply } from '#connector';

/** A refusal in the platform's own form. */
export function errorReply(
  status: number,
  kind: string,
  requestId: string,
  ...errors: readonly string[]
): SimulatedReply {
  return { status, kind, body: { requestId, errors } };
}

/** What the platform says on every endpoint about calls when none matches, visible or not. */
export function nothingFound(kind: string, requestId: string): SimulatedReply {
  return errorReply(404, kind, requestId, 'No calls found corresponding to the provided filters');
}
