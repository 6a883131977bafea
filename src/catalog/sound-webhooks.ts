import { z } from 'zod';
import { aFunction, keyPath, sentence } from './sound-parts.js';

const headerName = z.string().regex(/^[a-z0-9-]+$/, 'must be a header name in lower case');

const authenticity = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('standard-webhooks') }),
  z.object({
    kind: z.literal('hmac'),
    signature: headerName,
    prefix: z.string(),
    timestamp: headerName,
    template: z.string().regex(/^[^{}]*\{timestamp\}[^{}]*\{body\}[^{}]*$/, 'must hold {timestamp}, then {body}'),
  }),
  z.object({
    kind: z.literal('signed-jwt'),
    header: headerName,
    url: z.string().min(1),
    bodySha256: z.string().min(1),
  }),
  z.object({ kind: z.literal('static-token'), headers: z.array(headerName).min(1) }),
  z.object({ kind: z.literal('unguessable-url') }),
]);

const challenge = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('echo'), header: headerName, mostCharacters: z.int().positive().max(1_024) }),
  z.object({
    kind: z.literal('keyed-digest'),
    path: keyPath,
    value: z.string().min(1),
    token: keyPath,
    reply: z.tuple([z.string().min(1), z.string().min(1)]),
  }),
]);

const asked = z.object({ request: aFunction, read: aFunction });
const setUp = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('hub'),
    needs: sentence.optional(),
    secret: z.enum(['ours', 'theirs', 'none']),
    subscribe: asked,
    renew: asked.optional(),
    unsubscribe: aFunction,
    list: asked.optional(),
  }),
  z.object({ by: z.enum(['operator', 'customer']), steps: z.array(sentence).min(1), secret: sentence }),
]);

/** What a platform says of its webhooks. */
export const webhooks = z
  .object({
    authenticity,
    challenge: challenge.optional(),
    eventId: keyPath.optional(),
    account: keyPath.optional(),
    hints: aFunction,
    setUp,
  })
  .refine(
    each => each.challenge?.kind !== 'keyed-digest' || each.authenticity.kind === 'hmac',
    'must sign events where it signs challenges: who answers one that nobody signed lends out the key',
  )
  .refine(
    each => each.setUp.by !== 'operator' || each.account !== undefined,
    'must say where an event names its account, since one address serves all',
  );
