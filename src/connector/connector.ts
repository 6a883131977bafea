import type { Webhooks } from './webhooks.js';

/**
 * The connector contract: all that Patchbay needs to know about one platform.
 *
 * A connector describes, the engine acts. Operations are plain functions from a question to a
 * request and from a reply to records. Paging, pacing, retries, checkpoints, encryption and storage
 * are never a connector's business; a connector does no I/O, holds no credential and sees no clock.
 */
export interface Connector<S extends Settings = Settings> {
  readonly manifest: Manifest;
  /** Further rows of the matrix: products whose calls the same account holds, behind the same credential and limits. */
  readonly facets?: readonly Facet[];
  /** Ways in, best first. */
  readonly auth: readonly [AuthMethod<S>, ...AuthMethod<S>[]];
  readonly http: Http<S>;
  readonly limits: readonly Limit[];
  /**
   * Proves a credential and names the account behind it, in as few requests as possible.
   * `account.id` is stable for the life of the account: calls and quotas are kept under it. What strangers may share is no id.
   */
  check(ask: Ask<S>): Promise<Account<S>>;
  /**
   * How many calls a window holds, in one request for each part of the listing; undefined where this reply does not say. Left
   * out when none does.
   */
  readonly preview?: { request(window: PartOfWindow): Request; count(reply: unknown): number | undefined };
  readonly calls: Listing;
  /** What the list does not say of a call. */
  readonly detailOfCall?: DetailLookup;
  /** Transcripts, many calls in one request ... */
  readonly transcripts?: TranscriptLookup;
  /** ... or one call at a time. At most one of the two. */
  readonly transcriptOfCall?: CallLookup;
  /** How the platform tells of new calls by itself. Left out when it has to be asked. */
  readonly webhooks?: Webhooks;
  /** Checks of the conformance kit that cannot hold here. The kit makes sure that each would fail, and the matrix shows it. */
  readonly exceptions?: readonly Exception[];
}

/** Checks that a platform may be excused from. Of what makes a connector safe, no platform is. */
export const excusable = ['dead-cursor', 'honest-preview', 'shifting-pages'] as const;

export interface Exception {
  readonly check: (typeof excusable)[number];
  /** One sentence, for whoever reads the matrix. */
  readonly reason: string;
}

/** One row of the capability matrix, minus what can be worked out from the rest. */
export interface Manifest {
  /** The folder's name. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'recorder' | 'dialer';
  readonly support: Support;
  /** What a customer should know before anything is promised; for an unsupported platform, the reason. */
  readonly caveat?: string;
  /** What would make an unsupported platform a supported one. */
  readonly wouldChangeIf?: string;
  /** What the customer must bring, and who there must click. One sentence each. */
  readonly customerBrings: readonly string[];
  /** The platform's own pages. */
  readonly docs: string;
  /** Date when someone last read the platform's papers and found this true: yyyy-mm-dd. */
  readonly verifiedOn: string;
}
/** A product that is reached through another one's interface. Its calls are those of one medium. */
export interface Facet extends Manifest {
  readonly medium: CallDraft['medium'];
}

export type Support = 'supported' | 'partial' | 'manual-upload' | 'unsupported';

// Getting in

/** A form of secret fields, or OAuth 2 as data. */
export type AuthMethod<S extends Settings = Settings> = SecretForm | OAuth2<S>;

interface WayIn {
  /** What the platform does not allow to those who come in this way. */
  readonly lacks?: readonly Lack[];
}
/** `inline-transcripts`: the listing may not be asked to bring transcripts along. */
export type Lack = 'inline-transcripts';

export interface SecretForm extends WayIn {
  readonly kind: 'secret';
  /** What people call this way in: "Access key". */
  readonly label: string;
  readonly fields: readonly SecretField[];
  headers(secret: Readonly<Record<string, string>>): Headers;
  /** What to check when the platform says no, in the words of its own screens. */
  readonly remedy: string;
}
export interface SecretField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
}

/**
 * OAuth 2 as data; the protocol is the house's. `authorization_code` sends a person to the platform; the other grants
 * ask for `fields` instead, and have nothing that rotates.
 */
export interface OAuth2<S extends Settings = Settings> extends WayIn {
  readonly kind: 'oauth2';
  /** What people call this way in: "Sign in with Gong". Names the method, so it stays as it is. */
  readonly label: string;
  readonly grant: Grant;
  /** Only for `authorization_code`. Its host is replaced by `PLATFORM_<ID>_AUTH_URL`. */
  readonly authorizeUrl?: string;
  /** More that the platform wants to read in that address. */
  readonly authorizeParams?: Readonly<Record<string, string>>;
  /** For grants and refreshes. Its host, and that of `revokeUrl`, is replaced by `PLATFORM_<ID>_TOKEN_URL`. */
  readonly tokenUrl: string;
  readonly revokeUrl?: string;
  /** What is asked for. A grant that says it allows less is refused. */
  readonly scopes: readonly string[];
  /** By one of `scopes`: older or broader ones, any of which allows as much. */
  readonly sameScopes?: Readonly<Record<string, readonly string[]>>;
  /** Without one of these, transcripts are withheld: the account is connected all the same, with a warning. */
  readonly transcriptScopes?: readonly string[];
  /** Whether the platform takes PKCE (S256). */
  readonly pkce: boolean;
  /** How we prove who we are at the token endpoint. */
  readonly clientAuth: 'basic' | 'body';
  /** How parameters travel to the token endpoint. */
  readonly tokenBody: 'form' | 'json' | 'query';
  /** What the platform promises to say of itself in the callback (RFC 9207). */
  readonly issuer?: string;
  /**
   * What becomes of a refresh token that was used: it lives on (`none`), dies at once (`single-use`), works a little longer
   * (`grace`), or brings the same successor until that one is used (`replay`). Decides how soon a lost answer is asked for again.
   */
  readonly rotation: 'none' | 'single-use' | 'grace' | 'replay';
  readonly lifetimes: Lifetimes;
  /**
   * What the customer enters for the grants without a sign-in; sent along as parameters of the same names. `client_id` and
   * `client_secret` among them are an app of the customer's own, by which we then show who we are.
   */
  readonly fields?: readonly SecretField[];
  /** Facts in the token reply that later requests depend on. Addresses must lie under the platform's own domain. */
  learn?(reply: Readonly<Record<string, unknown>>): Partial<S>;
  /** In place of `Authorization: Bearer <token>`. */
  headers?(accessToken: string): Headers;
  /** What to check when the platform says no, in the words of its own screens. */
  readonly remedy: string;
}
export type Grant = 'authorization_code' | 'client_credentials' | 'account_credentials' | 'jwt_bearer';

/** In seconds, for replies that say nothing about it. */
export interface Lifetimes {
  /** Absent: access tokens do not end. */
  readonly accessSeconds?: number;
  /** From its issue. Absent: refresh tokens do not end. */
  readonly refreshSeconds?: number;
  /** A refresh token that is not used this long dies. */
  readonly idleSeconds?: number;
}

/** The identity on the platform's side. */
export interface Account<S extends Settings = Settings> {
  /**
   * Absent: the platform tells nothing that stays the same and that no stranger shares. Each connection is then an account of its own,
   * with a quota of its own, and what two of them see is kept twice.
   */
  readonly id?: string | undefined;
  /** What it could be known by as well, such as further domains of the company. Believed of a connection that is to be renewed. */
  readonly otherIds?: readonly string[];
  readonly name: string;
  /** Facts that later requests depend on, such as the tenant's own host. */
  readonly learned?: Partial<S>;
}

// Talking

export interface Http<S extends Settings> {
  /** Replaced as a whole by `PLATFORM_<ID>_API_URL`. */
  readonly baseUrl: string | ((settings: Partial<S>) => string);
  readonly headers?: Headers;
  /** Domain under which a learned base URL must lie, such as `gong.io`. */
  readonly domain: string;
  /**
   * Domains of the platform's own hosts for files. A lookup may be answered with a redirect, which is followed; the credential
   * goes along to hosts under these domains and to nobody else. `PLATFORM_<ID>_MEDIA_URL` replaces their addresses.
   */
  readonly mediaDomains?: readonly string[];
  /** Where "slow down" says until when, besides `Retry-After`, which is read in all its forms. First found wins. */
  readonly waits?: readonly WaitHeader[];
  /** Replies that do not mean what their status says. First match wins, then the house table. */
  readonly verdicts?: readonly VerdictRule[];
  /**
   * How long to stay away after a "slow down" that names no time, in seconds: at least as long as a penalty that every
   * request within it begins anew. Absent: a second, doubled each time.
   */
  readonly silentWaitSeconds?: number;
  /** Headers in which every reply says how the tightest limit of its request stands. Lower-case names. */
  readonly quotaHeaders?: QuotaHeaders;
}

export interface VerdictRule {
  readonly status: number;
  readonly body?: RegExp;
  /** Only for requests of this kind. */
  readonly purpose?: Purpose;
  readonly verdict: Verdict;
  /** What is wrong, where the house would say it less well: for what ends a request, a call's lookup or a connection. */
  readonly because?: Because;
}

/** What stands behind a refusal, and what to do about it. */
export interface Because {
  /** Default: by the status, 402 and 403 being permissions. */
  readonly code?: 'CREDENTIAL_REJECTED' | 'PERMISSION_MISSING';
  /** One sentence: "The access key has been switched off." */
  readonly message: string;
  /** One sentence, in the words of the platform's own screens. */
  readonly remedy: string;
}

/**
 * What a request is for. A refusal means something else for each: a check or listing that is forbidden
 * needs the customer, a lookup that is forbidden concerns the calls it named, a subscription that is forbidden only that
 * calls are not told of.
 */
export type Purpose = 'check' | 'listing' | 'lookup' | 'subscription';

/** A moment, as epoch seconds or milliseconds. Lower-case name. Nobody is believed who closes a platform for more than a day. */
export interface WaitHeader {
  readonly name: string;
  readonly unit: 'epoch-seconds' | 'epoch-milliseconds';
}

export interface QuotaHeaders {
  /** How many requests are allowed; may be fewer than published. */
  readonly limit?: string;
  readonly remaining?: string;
  /** Seconds until there is room again. */
  readonly reset?: string;
}

/**
 * What a reply means for the run. `empty` is a success that holds nothing; `restart` means the
 * cursor has died and the slice must be read again from its start; `pending` means that what was
 * looked up will be there later: the call is kept, and its transcript set aside; `unfiltered` that the listing
 * takes no filter: it is asked for without one, and what lies outside of the window is dropped.
 */
export type Verdict =
  | 'ok'
  | 'empty'
  | 'retry'
  | 'wait'
  | 'restart'
  | 'reconnect'
  | 'skip'
  | 'pending'
  | 'unfiltered'
  | 'stop';

/** At most `requests` in any `seconds`. */
export interface Limit {
  readonly requests: number;
  readonly seconds: number;
  /** What the largest plan is allowed. Between the two, `quotaHeaders.limit` of a reply is believed. */
  readonly upTo?: number;
  /** Whose limit it is: everybody at the company shares it, or each user has one. */
  readonly owner: 'company' | 'account' | 'user';
  /** Counts only requests that name this group. Without one it counts every request. */
  readonly group?: string;
}

export interface Request {
  /** Relative to the base URL. */
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly group?: string;
}

/** All that a hand-written operation gets. No credential, no clock, no network of its own. */
export interface Ask<S extends Settings = Settings> {
  readonly settings: Partial<S>;
  /** Resolves to the parsed body, or undefined for an `empty` verdict. */
  send(request: Request): Promise<unknown>;
}

// Fetching

/** Half-open: `from` is in, `to` is out. ISO 8601 in UTC. */
export interface Window {
  readonly from: string;
  readonly to: string;
}
/** `part`: one of the listing's, where it has some. */
export type PartOfWindow = Window & { readonly part?: string | undefined };
export type PageQuery = PartOfWindow & {
  readonly cursor: string | undefined;
  /** Whether transcripts are to come along; only where `inlineTranscript` says that they can. */
  readonly withTranscripts?: boolean;
  /** The platform refuses to filter, as a verdict of the connector has said: all calls are to be listed. */
  readonly unfiltered?: boolean;
};

export interface Listing {
  /** Where all calls are of one medium. Absent: of both. */
  readonly medium?: CallDraft['medium'];
  /** How far back the platform keeps or lists calls, in days. Absent: as long as the account is old. */
  readonly reachesBackDays?: number;
  /** The longest window one listing accepts, in days. The engine splits longer ones. */
  readonly maxWindowDays?: number;
  /** Calls on a full page, as far as known. Plans requests and time; nothing depends on it. */
  readonly pageSize: number;
  /**
   * How long after its start a call may still appear or change, in hours. Syncs read this much
   * overlap again. Too small loses calls for good; too large only costs requests.
   */
  readonly settleHours: number;
  /**
   * How far the listing's filter is from the starts of calls: it compares another time, or whole days. So much more is
   * asked for around every window, and calls outside it are dropped.
   */
  readonly marginHours?: { readonly before: number; readonly after: number };
  /** Lists that only together hold all calls of a window. Each is read to its end, one after the other; queries name it. */
  readonly parts?: readonly string[];
  /** Key of an item under which its transcript comes along where the query asks for that. */
  readonly inlineTranscript?: string;
  request(query: PageQuery): Request;
  /** Where the calls lie in the reply, as a path of object keys. They are kept byte for byte. */
  readonly items: readonly string[];
  /**
   * Where an item holds what becomes its `externalId`, as a path of object keys. It is all that is read of an item that `call` throws over,
   * so that a later look at the same call settles it.
   */
  readonly idPath?: readonly string[];
  /**
   * Fields of an item in which the platform uses the words of a list, and all words of it that its papers know. The path to a field is written
   * with dots and leads through lists. A word that is none of them means "not known" to `call`; the hub counts it, and tells whoever runs it.
   */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  /** Reads the rest of the reply. `reply` is the parsed body without the items. */
  page(reply: unknown): { readonly next?: string | undefined; readonly total?: number | undefined };
  /** One item in our words. Throws when the item cannot be a call; it is then kept as it is until a mended mapper reads it. */
  call(item: unknown): CallDraft;
}

export interface TranscriptReader {
  /** A stored document in our words. Pure, and run when it is read, so a mended mapper mends old calls. */
  transcript(document: unknown): TranscriptDraft;
}

/**
 * The transcript of one call in one request: the whole reply is the document, kept as the platform wrote it. Where it takes
 * several, as for a call in several recordings, the document is a list of the replies.
 */
export interface CallLookup extends TranscriptReader {
  /** What the request is made from, or each of several; undefined or none: the call has no transcript, and none is asked for. */
  key(call: CallDraft): string | readonly string[] | undefined;
  request(key: string): Request;
}

/** More about a call than the list says, in one request. The reply is put into the item, which is then mapped and kept with it. */
export interface DetailLookup {
  /** What the request is made from; undefined: the item says it all. */
  key(item: unknown): string | undefined;
  request(key: string): Request;
  /** Key under which the reply stands in the item; the platform has none of that name. */
  readonly as: string;
}

/** Transcripts of many calls in one request; the documents are kept as the platform wrote them. */
export interface TranscriptLookup extends TranscriptReader {
  readonly batchSize: number;
  request(query: { readonly externalIds: readonly string[]; readonly cursor: string | undefined }): Request;
  /** Where the transcripts lie in the reply, as a path of object keys. */
  readonly items: readonly string[];
  /** Key of an item that holds the call's external id, as a JSON string. */
  readonly idKey: string;
  page(reply: unknown): { readonly next?: string | undefined };
}

// Keeping

export interface CallDraft {
  /** Never parsed as a number: some platforms use more digits than a number holds. */
  readonly externalId: string;
  readonly medium: 'phone' | 'meeting';
  /** ISO 8601 with the platform's own offset; stored in UTC with the offset beside it. */
  readonly startedAt: string;
  /** Whole seconds. */
  readonly durationSeconds?: number | undefined;
  /** Milliseconds, where the platform says it that exactly. */
  readonly durationMs?: number | undefined;
  readonly title?: string | undefined;
  readonly direction?: 'inbound' | 'outbound' | 'internal' | undefined;
  /** Where the call can be seen on the platform. */
  readonly link?: string | undefined;
  /** BCP 47 where it can be told. */
  readonly language?: string | undefined;
  readonly participants: readonly ParticipantDraft[];
  readonly recordings: readonly RecordingDraft[];
}
export interface ParticipantDraft {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  /** E.164 where it can be derived: see `phoneNumber`. */
  readonly phone?: string | undefined;
  readonly role?: 'host' | 'guest' | undefined;
  readonly affiliation?: 'internal' | 'external' | undefined;
  /** The platform's key that joins a participant to transcript lines. */
  readonly speakerId?: string | undefined;
}
/** A recording is named, not fetched: links die within hours, so they are asked for just before a download. */
export interface RecordingDraft {
  readonly ref: string;
  readonly kind: 'audio' | 'video';
}
export interface TranscriptDraft {
  readonly language?: string | undefined;
  readonly lines: readonly TranscriptLineDraft[];
}
export interface TranscriptLineDraft {
  /** Joins `ParticipantDraft.speakerId`, or is a name where the platform gives names only. */
  readonly speakerId?: string | undefined;
  readonly speakerName?: string | undefined;
  readonly startSeconds: number;
  readonly endSeconds?: number | undefined;
  readonly text: string;
}

export type Settings = Readonly<Record<string, string>>;
export type Headers = Readonly<Record<string, string>>;

/** A platform we looked at and cannot import from through an interface. Still a row of the matrix. */
export interface ManifestOnly {
  readonly manifest: Manifest & { readonly support: 'manual-upload' | 'unsupported'; readonly caveat: string };
}

/** What reads the stored transcripts of a platform; undefined where it has none. */
export function transcriptReader({ transcripts, transcriptOfCall }: Connector): TranscriptReader | undefined {
  return transcripts ?? transcriptOfCall;
}

/** Gives a connector its type. Does nothing at run time. */
export function defineConnector<S extends Settings = Settings>(connector: Connector<S>): Connector<S> {
  return connector;
}

/** Gives a manifest without a connector its type. Does nothing at run time. */
export function notConnected(manifest: ManifestOnly['manifest']): ManifestOnly {
  return { manifest };
}
