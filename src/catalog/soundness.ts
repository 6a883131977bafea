import { z } from 'zod';
import { excusable } from '#connector';
import { aFunction, keyPath, sentence } from './sound-parts.js';
import { webhooks } from './sound-webhooks.js';

const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an https address' });

const manifest = z.object({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be in kebab case'),
  name: sentence,
  kind: z.enum(['recorder', 'dialer']),
  support: z.enum(['supported', 'partial', 'manual-upload', 'unsupported']),
  caveat: sentence.optional(),
  wouldChangeIf: sentence.optional(),
  customerBrings: z.array(sentence).min(1),
  docs: httpsUrl,
  verifiedOn: z.iso.date('must be a date: yyyy-mm-dd'),
});

/** Strict: operations beside a manifest that promises none are a connector somebody forgot to switch on. */
const manifestOnly = z.strictObject({ manifest: manifest.required({ caveat: true }) });

const lacks = z.array(z.enum(['inline-transcripts'])).optional();

const secretForm = z.object({
  kind: z.literal('secret'),
  label: sentence,
  fields: z.array(z.object({ name: z.string().min(1), label: sentence, hint: sentence.optional() })).min(1),
  headers: aFunction,
  remedy: sentence,
  lacks,
});

const seconds = z.number().positive().optional();

const oauth2 = z
  .object({
    kind: z.literal('oauth2'),
    label: sentence,
    grant: z.enum(['authorization_code', 'client_credentials', 'account_credentials', 'jwt_bearer']),
    authorizeUrl: httpsUrl.optional(),
    tokenUrl: httpsUrl,
    revokeUrl: httpsUrl.optional(),
    scopes: z.array(z.string().min(1)),
    sameScopes: z.record(z.string(), z.array(z.string().min(1)).min(1)).optional(),
    transcriptScopes: z.array(z.string().min(1)).min(1).optional(),
    pkce: z.boolean(),
    clientAuth: z.enum(['basic', 'body']),
    tokenBody: z.enum(['form', 'json', 'query']),
    issuer: httpsUrl.optional(),
    rotation: z.enum(['none', 'single-use', 'grace', 'replay']),
    lifetimes: z.object({ accessSeconds: seconds, refreshSeconds: seconds, idleSeconds: seconds }),
    fields: secretForm.shape.fields.optional(),
    remedy: sentence,
    lacks,
  })
  .refine(
    ({ grant, authorizeUrl }) => (grant === 'authorization_code') === (authorizeUrl !== undefined),
    'must have an authorizeUrl for authorization_code, and for nothing else',
  )
  .refine(
    ({ scopes, sameScopes = {} }) => Object.keys(sameScopes).every(scope => scopes.includes(scope)),
    'must have sameScopes only for what is among its scopes',
  )
  .refine(
    ({ grant, fields }) => (grant === 'authorization_code') === (fields === undefined),
    'must have fields for every grant but authorization_code',
  );

const ways = z
  .array(z.union([secretForm, oauth2]))
  .min(1)
  .refine(all => new Set(all.map(({ label }) => label)).size === all.length, 'must not use a label twice');

const domain = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain below a top-level one');
const headerName = z.string().regex(/^[a-z0-9-]+$/, 'must be in lower case');

const connector = z
  .object({
    manifest,
    facets: z
      .array(manifest.extend({ support: z.enum(['supported', 'partial']), medium: z.enum(['phone', 'meeting']) }))
      .optional(),
    auth: ways,
    http: z.object({
      baseUrl: z.union([httpsUrl, aFunction]),
      domain,
      silentWaitSeconds: seconds,
      mediaDomains: z.array(domain).min(1).optional(),
      waits: z
        .array(z.object({ name: headerName, unit: z.enum(['epoch-seconds', 'epoch-milliseconds']) }))
        .min(1)
        .optional(),
    }),
    limits: z.array(
      z.object({
        requests: z.int().positive(),
        upTo: z.int().positive().optional(),
        seconds: z.number().positive(),
        owner: z.enum(['company', 'account', 'user']),
        group: z.string().min(1).optional(),
      }),
    ),
    check: aFunction,
    preview: z.object({ request: aFunction, count: aFunction }).optional(),
    calls: z.object({
      medium: z.enum(['phone', 'meeting']).optional(),
      reachesBackDays: z.number().positive().optional(),
      maxWindowDays: z.number().positive().optional(),
      pageSize: z.int().positive(),
      settleHours: z.number().nonnegative(),
      marginHours: z.object({ before: z.number().nonnegative(), after: z.number().nonnegative() }).optional(),
      inlineTranscript: z.string().min(1).optional(),
      parts: z.array(z.string().min(1)).min(2).optional(),
      request: aFunction,
      items: keyPath,
      idPath: keyPath.optional(),
      words: z
        .record(z.string().regex(/^\w+(\.\w+)*$/, 'must be a path'), z.array(z.string().min(1)).min(1))
        .optional(),
      page: aFunction,
      call: aFunction,
    }),
    detailOfCall: z.object({ key: aFunction, request: aFunction, as: z.string().min(1) }).optional(),
    transcripts: z
      .object({
        batchSize: z.int().positive(),
        request: aFunction,
        items: keyPath,
        idKey: z.string().min(1),
        page: aFunction,
        transcript: aFunction,
      })
      .optional(),
    transcriptOfCall: z.object({ key: aFunction, request: aFunction, transcript: aFunction }).optional(),
    webhooks: webhooks.optional(),
    exceptions: z.array(z.object({ check: z.enum(excusable), reason: sentence })).optional(),
  })
  .refine(
    ({ transcripts, transcriptOfCall }) => transcripts === undefined || transcriptOfCall === undefined,
    'must have transcripts or transcriptOfCall, not both',
  )
  .refine(
    ({ transcripts, detailOfCall }) => transcripts === undefined || detailOfCall === undefined,
    'must have transcriptOfCall beside detailOfCall, not transcripts',
  )
  .refine(
    ({ calls, transcripts, transcriptOfCall }) =>
      calls.inlineTranscript === undefined || (transcripts ?? transcriptOfCall) !== undefined,
    'must have a lookup beside transcripts that come along with calls',
  );

const promise = z.object({ manifest: z.object({ support: z.string() }) });

/** What is wrong with the default export of a platform's `connector.ts`; empty when it is sound. */
export function problemsOf(exported: unknown): readonly string[] {
  const said = promise.safeParse(exported);
  // One sentence, instead of a long list of absent parts.
  if (!said.success) return ['the default export is neither a connector nor a manifest without one'];
  const connects = ['supported', 'partial'].includes(said.data.manifest.support);
  const checked = (connects ? connector : manifestOnly).safeParse(exported);
  return checked.success
    ? []
    : checked.error.issues.map(issue => `${issue.path.join('.') || 'default export'}: ${issue.message}`);
}
