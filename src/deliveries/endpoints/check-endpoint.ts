import { z } from 'zod';
import { CallerError } from '../../core/errors.js';
import { line } from '../../customers/index.js';
import type { Scope } from '../../scope.js';
import { testMessage } from '../messages/message.js';
import { type Addressee, type Outcome, postMessage, testMs } from '../messages/post-message.js';

export const urlShape: z.ZodType<string> = z
  .string()
  .trim()
  .max(2_000, 'must be at most 2,000 characters')
  .refine(
    isWebAddress,
    'must be an address such as https://example.com/hooks, without a name, a password or a fragment',
  );
export const descriptionShape: z.ZodType<string> = line(200);
export const typesShape: z.ZodType<string[]> = z
  .array(z.string())
  .min(1, 'must name at least one type; leave it out for all')
  .transform(types => [...new Set(types)].sort());

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username + url.password + url.hash === '';
}

/**
 * Sends a test message to an address that is to be used. Whether it is taken is no condition: a receiver may know the secret
 * only afterwards.
 *
 * @throws CallerError EGRESS_REFUSED when nothing may be sent there, INVALID_INPUT when it redirects, DEADLINE_EXCEEDED when
 *   nobody waits for what is done next.
 */
export async function requireReachable(scope: Scope, endpointId: string, addressee: Addressee): Promise<Outcome> {
  const outcome = await postMessage(scope, addressee, testMessage(endpointId, scope.clock.now()), scope.signal, testMs);
  scope.signal.throwIfAborted();
  const field = 'input.url';
  if (outcome.kind === 'refused') {
    throw new CallerError('EGRESS_REFUSED', `Messages cannot be sent there: ${outcome.problem}`, {
      field,
      remedy:
        'Give an https address on the public Internet, on port 443 or 8443. Whoever runs the hub can allow others with PATCHBAY_ENDPOINT_ALLOW.',
    });
  }
  if (outcome.kind === 'redirects') {
    throw new CallerError('INVALID_INPUT', `The address redirects. ${outcome.problem}`, {
      field,
      remedy: 'Give the address that it redirects to, as long as you trust it.',
    });
  }
  return outcome;
}
