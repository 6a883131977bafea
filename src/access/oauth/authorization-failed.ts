import type { Connector, OAuth2 } from '#connector';
import { CallerError, PlatformError } from '../../core/errors.js';
import type { OAuthOutcome } from '../../core/ports.js';
import type { ConnectionNotice } from '../connection.entity.js';

/** A sign-in came to nothing; the notice is for the person in front of the page. */
export class AuthorizationFailed extends Error {
  constructor(readonly notice: ConnectionNotice) {
    super(notice.message);
  }
}

export function failed(code: string, message: string, remedy: string): AuthorizationFailed {
  return new AuthorizationFailed({ code, message, remedy });
}

/** What the token endpoint's answer means for the person. */
export function failedExchange(
  { manifest: { name } }: Connector,
  { kind }: Exclude<OAuthOutcome, { kind: 'granted' }>,
): AuthorizationFailed {
  const again = 'Start again from the link or page that led you here.';
  switch (kind) {
    case 'dead':
      return failed('CREDENTIAL_REJECTED', `${name} does not accept this sign-in any more.`, again);
    case 'misconfigured':
      return failed(
        'APP_REFUSED',
        `${name} refuses the app of this hub.`,
        'Tell whoever sent you here: the hub must be mended first. Nothing that you can do would help.',
      );
    case 'transient':
      return failed('PLATFORM_UNREACHABLE', `${name} gave no answer.`, `Wait a few minutes. ${again}`);
    case 'nonsense':
      return failed(
        'PLATFORM_CHANGED',
        `${name} answered something that nobody can read.`,
        `${again} If it happens again, tell whoever sent you here.`,
      );
  }
}

/** The person said no, or the platform did in their place. */
export function refusedConsent(
  { manifest: { name } }: Connector,
  { remedy }: OAuth2,
  error: string,
): AuthorizationFailed {
  if (error === 'access_denied')
    return failed(
      'CONSENT_DENIED',
      `${name} was not allowed to let us in.`,
      `If that was not meant, start again. ${remedy}`,
    );
  const later = 'Start again in a few minutes; if it happens again, tell whoever sent you here.';
  return failed('PLATFORM_UNREACHABLE', `${name} could not bring the sign-in to an end (${error}).`, later);
}

/** Undefined for a fault of ours. */
export function noticeOf(error: unknown): ConnectionNotice | undefined {
  if (error instanceof AuthorizationFailed) return error.notice;
  if (!(error instanceof CallerError || error instanceof PlatformError)) return undefined;
  return { code: error.code, message: error.message, remedy: error.remedy ?? 'Start again in a few minutes.' };
}
