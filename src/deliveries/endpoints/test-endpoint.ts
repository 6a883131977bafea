import type { Scope } from '../../scope.js';
import { testMessage } from '../messages/message.js';
import { type Outcome, postMessage, testMs } from '../messages/post-message.js';
import type { EndpointTest } from './endpoint.type.js';
import { readEndpoint } from './read-endpoint.js';
import { signingSecretsOf } from './signing-secrets.js';

/** Sends a test message now, once, whatever the endpoint's state is. @throws CallerError NOT_FOUND */
export async function testEndpoint(scope: Scope, id: string): Promise<EndpointTest> {
  const endpoint = await readEndpoint(scope, id);
  const addressee = { url: endpoint.url, secrets: await signingSecretsOf(scope, endpoint) };
  return testOf(await postMessage(scope, addressee, testMessage(id, scope.clock.now()), scope.signal, testMs));
}

export function testOf({ kind, statusCode, durationMs, problem, reply }: Outcome): EndpointTest {
  return { taken: kind === 'taken', statusCode, durationMs, problem, reply };
}
