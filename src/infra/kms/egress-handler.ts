import type { KMSClientConfig } from '@aws-sdk/client-kms';
import type { Egress, EgressRequest } from '../../core/ports.js';

type Handler = NonNullable<KMSClientConfig['requestHandler']>;

/** What Amazon's client hands over, as far as it matters here. */
interface SignedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly method: EgressRequest['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const timeoutMs = 5_000;
const maxBytes = 64 * 1024;
/** The client of the house says these itself. */
const ours = new Set(['host', 'content-length', 'user-agent']);

/** Sends what Amazon's client has signed through the one way out, so that its rules hold here too. */
export function egressHandler(egress: Egress): Handler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request: SignedRequest, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) {
      const { protocol, hostname, port, path, method, headers, body } = request;
      const reply = await egress
        .request({
          url: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`,
          method,
          headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !ours.has(name.toLowerCase()))),
          ...(body !== undefined && { body }),
          signal: abortSignal ?? new AbortController().signal,
          ...{ timeoutMs, maxBytes },
        })
        .catch((cause: unknown) => {
          throw retriable(cause);
        });
      return { response: { statusCode: reply.status, headers: { ...reply.headers }, body: reply.bytes } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

/** Amazon's client tries again what says that it may be. */
function retriable(cause: unknown): Error {
  const mayPass = (cause as { recovery?: unknown } | undefined)?.recovery === 'retry';
  const error = new Error('The key service gave no usable answer.', { cause });
  return Object.assign(error, mayPass ? { name: 'TimeoutError', $retryable: {} } : { name: 'EgressRefused' });
}
