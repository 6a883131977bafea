/**
 * Ports: what the features need from outside, in our words. One implementation each in `infra/`.
 */

import type { Secret } from './secret.js';

/** Says what time it is. Leases and fences never use it: they live on the database's clock. */
export interface Clock {
  now(): Date;
}

/** Structured log. Fields are plain values; secrets are masked by their type. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line carries these fields. */
  with(fields: LogFields): Log;
}
export type LogFields = Readonly<Record<string, unknown>>;

/** Wakes work up, at least once and perhaps more often. The truth about work is in our own tables. */
export interface Jobs {
  /** Payloads hold identifiers only. */
  add(name: string, payload: Readonly<Record<string, string>>): Promise<void>;
}

/** News between processes. Messages may be lost; whoever needs to be sure re-reads the database. */
export interface Bus {
  /** `message` is at most 7,000 bytes of JSON. Never fails: news that cannot be sent is dropped. */
  publish(topic: string, message: unknown): void;
  /** Attached when called, not at the first `next()`. Ends when `signal` aborts. */
  listen(topic: string, signal: AbortSignal): AsyncIterable<BusEvent>;
}
/** `gap`: messages may have been missed; read the present state again. */
export type BusEvent = { readonly kind: 'message'; readonly message: unknown } | { readonly kind: 'gap' };

/** Owner of what is the house's own and no customer's, such as the secret of an app at a platform. */
export const houseOwner = 'house';

/** What a ciphertext belongs to. Moved to another row, field, customer or epoch, it never decrypts. */
export interface SealContext {
  /** Or {@link houseOwner}. */
  readonly customerId: string;
  /** `table.column`. */
  readonly field: string;
  readonly rowId: string;
  /** Version of the row's content where older content must not come back; 0 where it does not matter. */
  readonly epoch: number;
}

/** Encrypts with data keys of the customer, which are wrapped by keys kept outside the database. */
export interface Keyring {
  seal(plain: Uint8Array, context: SealContext): Promise<Buffer>;
  /** @throws BrokenPromise when it was sealed for another place, is damaged, or its key is gone. */
  open(sealed: Uint8Array, context: SealContext): Promise<Buffer>;
  /** The customer's data key is fetched once; after that sealing needs no waiting. For hot paths. */
  sealer(customerId: string): Promise<(plain: Uint8Array, context: Omit<SealContext, 'customerId'>) => Buffer>;
  /** Keyed digest, under a key of its own purpose, such as the audit chain. */
  digest(purpose: string, content: string | Uint8Array): Buffer;
}

/** Wraps data keys with keys that never leave it. Under one id there is one key for ever. */
export interface Kms {
  /** Id of the key that wraps what is new. */
  newest(): Promise<string>;
  /** A new data key, bare and wrapped by the newest key. */
  generate(context: KmsContext): Promise<WrappedKey & { readonly key: Buffer }>;
  wrap(key: Uint8Array, context: KmsContext): Promise<WrappedKey>;
  /** @throws BrokenPromise when it was wrapped for something else, is damaged, or the key is not there. */
  unwrap(wrapped: WrappedKey, context: KmsContext): Promise<Buffer>;
  /** All keys that can unwrap as far as is known here, the newest first. */
  keys(): Promise<readonly KmsKey[]>;
}
export interface KmsKey {
  readonly id: string;
  /** In the key service's words, such as `Disabled`; undefined when it works. */
  readonly trouble?: string;
}
/** What a data key belongs to; it unwraps for nothing else. No secret: key services log it. */
export interface KmsContext {
  /** Id of the customer, or {@link houseOwner}. */
  readonly customer: string;
  readonly purpose: 'data key' | 'root key';
  readonly version: number;
}
export interface WrappedKey {
  readonly wrapped: Uint8Array;
  /** Id of the key that it is wrapped by. */
  readonly wrappedBy: string;
}

/** Whose rows a piece of work may reach. Put into the database session of each transaction. */
export type Reach = { readonly customerId: string } | 'all' | 'none';

/** A database transaction for the hot path: plain SQL and binary COPY, beside the entity manager. */
export interface Sql {
  transaction<T>(reach: Reach, work: (tx: SqlTransaction) => Promise<T>): Promise<T>;
}
export interface SqlTransaction {
  rows<R>(text: string, values?: readonly unknown[]): Promise<R[]>;
  /** Binary COPY of whole rows; each value already in PostgreSQL's binary form, null for SQL null. */
  copyIn(table: string, columns: readonly string[], rows: Iterable<readonly (Uint8Array | null)[]>): Promise<void>;
}

/**
 * What only one process is to do at a time, without a word of it being written down. Claims end with the process, or when it
 * loses the database; so they spare work, and whatever must not be done twice is decided by a write.
 */
export interface Claims {
  /** @returns of these, those that are ours now; not those that are somebody's, or ours already. */
  take(ids: readonly string[]): Promise<readonly string[]>;
  letGo(ids: readonly string[]): Promise<void>;
}

/** Sends mail through the operator's server. */
export interface Mailer {
  /**
   * @throws MailRefused when the server will never take it; MailNotTaken when it may the next time; whatever else is
   *   a fault of ours.
   */
  send(letter: Letter): Promise<void>;
}
export interface Letter {
  /** Sent twice, it is the same mail: the Message-ID is made from it. */
  readonly id: string;
  readonly to: { readonly name: string; readonly address: string };
  /** On one line. */
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  /** The same as HTML. */
  readonly html: string;
  /** Where mails of this kind are ended by one request, as in RFC 8058. */
  readonly unsubscribeUrl?: string | undefined;
}

/** Every outgoing request of the house goes through this one client. */
export interface Egress {
  /**
   * @throws PlatformError PLATFORM_UNREACHABLE (`retry`) when nothing usable came back: refused, cut, timed out, too large.
   * @throws PlatformError EGRESS_REFUSED (`stop`) when the address is private and not allowed.
   * @throws HeldBack when `onSent` threw it.
   */
  request(request: EgressRequest): Promise<EgressReply>;
}
export interface EgressRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** Of the decoded body. */
  readonly maxBytes: number;
  /** Called when the connection stands and the request is about to be written; HeldBack keeps it from being sent. */
  readonly onSent?: () => void;
  /** Called when the head of the reply is here. */
  readonly onHead?: () => void;
}
export interface EgressReply {
  readonly status: number;
  /** Lower-case names; the last value of a repeated one. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** Speaks OAuth 2 with a platform. What a token endpoint answers is an outcome and never thrown. */
export interface OAuthClient {
  /** Address at the platform where a person decides. */
  authorizeUrl(endpoint: OAuthEndpoint, question: OAuthQuestion): string;
  /** `parameters` name the grant. */
  grant(endpoint: OAuthEndpoint, parameters: Secret<Readonly<Record<string, string>>>): Promise<OAuthOutcome>;
  refresh(endpoint: OAuthEndpoint, refreshToken: Secret<string>): Promise<OAuthOutcome>;
  /** Whether the platform says that it did; false too when it has no such address. */
  revoke(endpoint: OAuthEndpoint, token: Secret<string>, kind: 'access_token' | 'refresh_token'): Promise<boolean>;
}
export interface OAuthEndpoint {
  readonly authorizeUrl?: string | undefined;
  readonly authorizeParams?: Readonly<Record<string, string>> | undefined;
  readonly tokenUrl: string;
  readonly revokeUrl?: string | undefined;
  readonly clientId: string;
  readonly clientSecret: Secret<string>;
  readonly clientAuth: 'basic' | 'body';
  readonly tokenBody: 'form' | 'json' | 'query';
}
export interface OAuthQuestion {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  /** PKCE, by S256. */
  readonly codeChallenge?: string | undefined;
}
/**
 * How a token request ended. `dead`: the grant is gone (`invalid_grant`). `misconfigured`: it is our app that is refused.
 * `transient`: another try may bring it. `nonsense`: an answer that is none; whether the platform acted, nobody knows.
 */
export type OAuthOutcome =
  | ({ readonly kind: 'granted' } & OAuthGrant)
  | { readonly kind: 'dead' | 'misconfigured'; readonly reason: string }
  | {
      readonly kind: 'transient' | 'nonsense';
      readonly reason: string;
      readonly retryAt?: Date | undefined;
      /** The protocol's code for why not, when the platform named one. */
      readonly said?: string | undefined;
      /** The platform may have acted all the same, because its answer never came or could not be read. */
      readonly mayHaveActed: boolean;
    };
export interface OAuthGrant {
  readonly accessToken: Secret<string>;
  /** Absent: none was given, and one that is held lives on. */
  readonly refreshToken: Secret<string> | undefined;
  /** Absent: the reply says nothing, or nothing that can be meant. */
  readonly accessSeconds: number | undefined;
  readonly refreshSeconds: number | undefined;
  /** What was granted, when the reply says so. */
  readonly scopes: readonly string[] | undefined;
  /** The rest of the reply. */
  readonly reply: Readonly<Record<string, unknown>>;
}
