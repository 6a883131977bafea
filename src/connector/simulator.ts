import type { CallDraft, Headers, TranscriptDraft } from './connector.js';
import type { SimulatedBearer, SimulatedOAuth } from './simulated-oauth.js';
import type { SimulatedReceiver, SimulatedWebhooks, Telling, ToldStretch } from './simulated-webhooks.js';

/**
 * A simulator: a pretend platform that answers like the published one.
 *
 * It lives beside the connector, is written from the vendor's papers and shares no code with the
 * mapper. It is pure: the sandbox serves it over HTTP and adds limits, penalties, faults, latency
 * and a ledger around it; the conformance kit walks through it.
 */
export interface SimulatorDefinition {
  /** The platform's own limits, as its papers give them; the sandbox enforces them and answers 429. */
  readonly limits: readonly SimulatedLimit[];
  /** The group of limits that a request counts against besides those without a group. */
  groupOf?(request: Pick<SimulatedRequest, 'method' | 'path' | 'query'>): string | undefined;
  /** Headers that go with every reply: how the tightest limit that counted the request stands. */
  limitHeaders?(standing: LimitStanding): Headers;
  /** Body and headers of the platform's "slow down"; `retryAfterSeconds` has been worked out. */
  tooMany(retryAfterSeconds: number, now: Date): SimulatedReply;
  /** Body of the platform's own fault page, for injected 5xx. */
  fault(status: number): SimulatedReply;
  /** Values that the first way in by values asks for, a form or a grant without a sign-in, and that this account accepts. */
  readonly secret: Readonly<Record<string, string>>;
  /** The same for further forms. */
  readonly otherSecrets?: readonly Readonly<Record<string, string>>[];
  /** What the judge takes for thrifty. Default: 100 calls on a page, and as many transcripts in a request. */
  readonly thrift?: { readonly callsPerPage: number; readonly transcriptsPerRequest: number };
  /** Lookups lead to files on hosts of the platform's own, which the sandbox plays at its address too. */
  readonly hasFiles?: boolean;
  /** Oddities that are off unless they are asked for, by their names. */
  readonly quirks?: Readonly<Record<string, Quirk>>;
  /** Calls come into being as time passes, where the sandbox has a clock. Absent: the account is as it is. */
  readonly isLive?: boolean;
  /** How an app is let in. Absent: the platform knows no OAuth. */
  readonly oauth?: SimulatedOAuth;
  /** How it signs what it sends by itself. Absent: it sends nothing. */
  readonly webhooks?: SimulatedWebhooks;
  /** Same options, same account, to the byte. */
  open(options: SimulatorOptions): Simulator;
  /** One call as the platform writes it, and as it must come out of the mapper; written by hand. */
  readonly golden: {
    readonly item: unknown;
    readonly call: CallDraft;
    readonly transcriptDocument: unknown;
    readonly transcript: TranscriptDraft;
  };
}

/** Something that a platform has done to somebody, though its papers do not say so. */
export interface Quirk {
  readonly about: string;
  /** What holds in place of the published limits. */
  readonly limits?: readonly SimulatedLimit[];
}

/** At most `requests` in any `seconds`; with a group only those that belong to it. */
export interface SimulatedLimit {
  readonly requests: number;
  readonly seconds: number;
  readonly group?: string;
  /** Who comes too early is shut out for so long, and every request sent meanwhile begins that time anew. */
  readonly penaltySeconds?: number;
}

export interface LimitStanding {
  readonly group: string | undefined;
  /** The length of the limit's window. */
  readonly seconds: number;
  readonly limit: number;
  readonly remaining: number;
  /** Until there is room for one more, rounded up; at least 1. */
  readonly resetSeconds: number;
}

export interface SimulatorOptions {
  readonly calls: number;
  readonly seed: number;
  /** The calls are spread over `[from, to)`, ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** Names the account; two accounts share nothing. */
  readonly account: string;
  /** Share of listed calls repeated on a later page, 0 to 1. */
  readonly duplicates?: number;
  /** How far, in places, calls may stand from their sorted place. */
  readonly disorder?: number;
  /** Fewer records on a page than the platform's usual: nobody promises full pages. */
  readonly recordsPerPage?: number;
  /** Share of calls that have no transcript, 0 to 1. */
  readonly withoutTranscript?: number;
  /** The credential is good, but sees no calls. */
  readonly invisible?: boolean;
  /** Ids of calls whose listing item is broken, by position in the account. */
  readonly broken?: readonly number[];
  /** Calls (by position) that only become visible once `reveal()` was called. */
  readonly late?: readonly number[];
  /** Names of the definition's `quirks` that are on. */
  readonly quirks?: readonly string[];
  /**
   * What time it is at the platform, in epoch milliseconds: a call is there when it has ended, and what `late-recordings` keeps
   * back {@link lateRecordingMs} after that. Absent: time does not pass, and all is there.
   */
  readonly now?: () => number;
}

/** How long after its call a late recording is there, where time passes. */
export const lateRecordingMs = 40 * 60_000;

export interface Simulator {
  answer(request: SimulatedRequest): SimulatedReply;
  /** Kills every cursor handed out so far: the next use is refused as the platform would. */
  expireCursors(): void;
  /** Makes late calls visible. */
  reveal(): void;
  /** The truth, for judges: every external id that a window holds now. */
  idsWithin(from: string, to: string): readonly string[];
  /** What it tells by itself, earliest first, and to whom. Absent: nothing. */
  tell?(stretch: ToldStretch): readonly Telling[];
}

export interface SimulatedRequest {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Headers;
  /** Parsed JSON, or undefined when there was none. */
  readonly body: unknown;
  /** When it arrived, in epoch milliseconds; absent where time does not pass. */
  readonly at?: number;
  /** The cursor that it carries, if any, has just died. */
  readonly cursorDied?: boolean;
  /** What stands behind its bearer token; absent without one. A live one has led to this account. */
  readonly bearer?: SimulatedBearer | undefined;
}
export interface SimulatedReply {
  readonly status: number;
  readonly headers?: Headers;
  /** A value is sent as JSON; bytes are sent as they are. */
  readonly body: unknown;
  /** What was handed out, for the ledger: external ids in this reply. */
  readonly served?: readonly string[];
  /** What kind of question this was, for the ledger, such as `list` or `transcripts`. A `file` is no question, but where one led. */
  readonly kind: string;
  /** It goes out when this receiver has met the platform's challenge. Else what was made is undone, and refused by `otherwise`. */
  readonly onceMet?: { readonly receiver: SimulatedReceiver; otherwise(): SimulatedReply };
}

/** Gives a simulator its type. Does nothing at run time. */
export function defineSimulator(definition: SimulatorDefinition): SimulatorDefinition {
  return definition;
}
