import { type ErrorCode, PlatformError } from '../core/errors.js';
import { CursorDied } from './cursor-died.js';
import { FilterRefused } from './filter-refused.js';
import type { Judged } from './judge.js';

/** What was asked, in words that may be shown and logged: no query, no body, no header. */
export interface Asked {
  readonly platform: string;
  readonly method: string;
  readonly path: string;
}

/** The error for a reply that ends a request for good. Says nothing of the reply but its status. */
export function refusal(judged: Judged, status: number, { platform, method, path }: Asked): PlatformError {
  const { verdict, because } = judged;
  if (because !== undefined && (verdict === 'reconnect' || verdict === 'skip' || verdict === 'stop')) {
    const {
      code = concernsPermission(judged, status) ? 'PERMISSION_MISSING' : codes[verdict],
      message,
      remedy,
    } = because;
    return new PlatformError(code, verdict, message, { remedy, isPlatformsAdvice: true });
  }
  const answer = `${platform} answered ${status} to ${method} ${path}.`;
  switch (verdict) {
    case 'restart':
      return new CursorDied(platform);
    case 'pending':
      return new PlatformError('TRANSCRIPT_PENDING', 'skip', `${platform} is still working on the transcript.`);
    case 'unfiltered':
      return new FilterRefused(platform);
    case 'skip':
      return new PlatformError(codeOfSkipped(status), 'skip', answer);
    case 'reconnect':
      return concernsPermission(judged, status)
        ? new PlatformError('PERMISSION_MISSING', 'reconnect', answer, {
            remedy: `Have an administrator at ${platform} give the credential the permissions it lacks, then connect again.`,
          })
        : new PlatformError('CREDENTIAL_REJECTED', 'reconnect', `${platform} refused the credential (${status}).`, {
            remedy: 'Connect the account again with a credential that is valid.',
          });
    default:
      return new PlatformError('PLATFORM_CHANGED', 'stop', answer, {
        remedy: `${platform} may have changed its interface; a newer version of this hub may know the change.`,
      });
  }
}

function codeOfSkipped(status: number): ErrorCode {
  if (status === 402 || status === 403) return 'PERMISSION_MISSING';
  return status >= 400 && status < 500 && status !== 404 && status !== 410 ? 'LOOKUP_REFUSED' : 'NOT_FOUND';
}

const codes = { reconnect: 'CREDENTIAL_REJECTED', skip: 'NOT_FOUND', stop: 'PLATFORM_CHANGED' } as const;

/** The credential is good, and another one of the same person would change nothing. */
export function concernsPermission({ because }: Judged, status: number): boolean {
  return because?.code === undefined ? status === 402 || status === 403 : because.code === 'PERMISSION_MISSING';
}

/** @param attempts how many were made. */
export function unreachable({ platform }: Asked, attempts: number, cause: unknown): PlatformError {
  return new PlatformError(
    'PLATFORM_UNREACHABLE',
    'retry',
    `${platform} gave no usable answer in ${attempts} attempts.`,
    {
      remedy: 'Nothing needs to be done: the work is tried again later.',
      cause,
    },
  );
}
