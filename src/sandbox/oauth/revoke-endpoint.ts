import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkClient } from './check-client.js';
import { readParameters } from './parameters.js';
import type { OAuthSide } from './side.js';
import { sendReply } from './token-reply.js';

/** Ends what stands behind a token (RFC 7009): an empty 200, also for a token that nobody knows. */
export async function answerRevoke(side: OAuthSide, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const placed = await readParameters(message);
  const parameters = { ...placed.query, ...placed.json, ...placed.form };
  const { authorization } = message.headers;
  const { clientId } = checkClient(side.definition, side.clients, { authorization, parameters });
  if (clientId === undefined) return sendReply(response, { status: 401, body: { error: 'invalid_client' } });
  if (!parameters.token) return sendReply(response, { status: 400, body: { error: 'invalid_request' } });
  side.grants.revokeToken(parameters.token);
  sendReply(response, { status: 200, body: Buffer.alloc(0) });
}
