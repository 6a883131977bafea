/**
 * Errors, sorted by what to do next.
 *
 * Every error that leaves the house carries a published code, a sentence for people and a remedy.
 * What went wrong inside stays in `cause`, which is logged and never shown.
 */

/** The closed list of codes, published in the schema and the README. One code, one meaning. */
export const errorCodes = {
  UNAUTHENTICATED: 'No API key was given, or it is unknown, revoked or expired.',
  FORBIDDEN: 'The API key is good, but its role may not do this.',
  NOT_FOUND: 'There is no such thing, or it belongs to somebody else.',
  INVALID_INPUT: 'A value is missing, malformed or out of bounds; `field` names it.',
  INVALID_WINDOW: 'The window is reversed, empty, in the future, or longer than the platform reaches.',
  INVALID_SCHEDULE: 'The schedule cannot be read, or comes more often than the platform allows.',
  UNKNOWN_PLATFORM: 'No platform has this id.',
  PLATFORM_NOT_SUPPORTED: 'The platform is known, but calls cannot be imported from it.',
  CREDENTIAL_REJECTED: 'The platform refused the credential.',
  PERMISSION_MISSING: 'The platform knows the credential, but it may not read what is needed.',
  CONNECTION_NOT_READY: 'The connection cannot be used until its credential has been renewed.',
  PLATFORM_UNREACHABLE: 'The platform did not answer, or answered with a fault, after several attempts.',
  PLATFORM_BUSY: 'The platform asked us to come back later.',
  PLATFORM_CHANGED: 'The platform answered something that its published interface does not allow.',
  LOOKUP_REFUSED: 'The platform refused what was asked about this one call, for no reason that it is known to have.',
  EGRESS_REFUSED: 'The address is private or not on the list of addresses that may be reached.',
  CONFLICT: 'The thing is in a state that does not allow this, or already exists.',
  POSITION_LOST:
    'The change feed does not know the position: it is older than 30 days, or from before the database was restored.',
  IDEMPOTENCY_MISMATCH: 'The idempotency key was used before, for something else.',
  IN_PROGRESS: 'A request with the same idempotency key is being worked on at this moment.',
  RATE_LIMITED: 'Too much was asked in a short time, or is being asked at once.',
  DEADLINE_EXCEEDED: 'The operation took too long and was given up.',
  TRANSCRIPT_UNREADABLE: 'The transcript is stored, but cannot be read in its present form.',
  TRANSCRIPT_PENDING: 'The platform has not finished the transcript. Import the call again later to get it.',
  UNAVAILABLE: 'The hub cannot reach its database or use its keys. Try again shortly.',
  INTERNAL: 'A fault of ours. The reference finds it in the log.',
  GRAPHQL_PARSE_FAILED: 'The document has a syntax error.',
  GRAPHQL_VALIDATION_FAILED:
    'The document does not fit the schema, or asks for more than one may; `field` names the argument where it is one.',
  OPERATION_RESOLUTION_FAILURE: 'The document has several operations, and none or another one is named.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'A document was named by its hash; documents must be sent themselves.',
  BAD_REQUEST: 'The request is none of GraphQL over HTTP.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorDetails {
  /** One sentence that tells the reader what to do. */
  readonly remedy?: string;
  /** Path of the input value at fault, such as `input.from`. */
  readonly field?: string;
  readonly cause?: unknown;
}

export abstract class PatchbayError extends Error {
  abstract readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly field: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.remedy = details.remedy;
    this.field = details.field;
  }
}

/** The caller asked for something that cannot be. Shown to the caller, never logged as a fault. */
export class CallerError extends PatchbayError {
  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details);
  }
}

/** What a run does about a platform's refusal. The engine reads this field and nothing else. */
export type Recovery = 'retry' | 'wait' | 'reconnect' | 'skip' | 'stop';

/** The platform did not give what was asked. `recovery` says what to do; `until` is set when it says when. */
export class PlatformError extends PatchbayError {
  readonly until: Date | undefined;
  /** The remedy is in the words of the platform's own screens, which no general advice betters. */
  readonly isPlatformsAdvice: boolean;

  constructor(
    readonly code: ErrorCode,
    readonly recovery: Recovery,
    message: string,
    details: ErrorDetails & { readonly until?: Date; readonly isPlatformsAdvice?: boolean } = {},
  ) {
    super(message, details);
    this.until = details.until;
    this.isPlatformsAdvice = details.isPlatformsAdvice === true;
  }
}

/** More came back than can be taken in. Asking again would bring as much. */
export class ReplyTooLarge extends PlatformError {
  constructor(what: string) {
    super('PLATFORM_CHANGED', 'stop', what, {
      remedy: 'The platform sends far more than it should; tell whoever runs the hub, and ask the platform.',
    });
  }
}

/** Whoever was to send a request held it back in the last moment: it was not sent. */
export class HeldBack extends Error {}

/** A link was to be made by a process that is not told where people reach the hub. It can be made as soon as that is known. */
export class AddressUnknown extends CallerError {
  constructor() {
    super('UNAVAILABLE', 'No API process has told yet where people reach the hub.', {
      remedy: 'Start an API process, or set PATCHBAY_PUBLIC_URL for workers too.',
    });
  }
}

/** The mail server will not take this mail, now or later. The message is shown to staff. */
export class MailRefused extends Error {}

/** The mail server did not take this mail, or was not there; the next time it may. The message is shown to staff. */
export class MailNotTaken extends Error {}

/** A bug of ours: logged with everything, shown as an opaque reference. */
export class BrokenPromise extends PatchbayError {
  readonly code = 'INTERNAL';
}

/** One answer for what is absent and for what belongs to somebody else, so that neither can be told apart. */
export function notFound(what: string, field?: string): CallerError {
  return new CallerError('NOT_FOUND', `There is no such ${what}.`, {
    ...(field !== undefined && { field }),
    remedy: `Check the id; a list query shows every ${what} that your API key may see.`,
  });
}
