import type { Headers, Request, Window } from './connector.js';

/**
 * How a platform tells of new calls by itself. What it sends is an inbound event: a reason to look, never data to store.
 * The protocol is the house's; a connector says which one, as data, and reads what an event is about.
 */
export interface Webhooks {
  readonly authenticity: Authenticity;
  /** How the platform makes sure that an address is ours. Absent: it does not ask, or any answer of 2xx will do. */
  readonly challenge?: Challenge;
  /** Where an event names itself, by which repeats are known. Absent: by the header of Standard Webhooks, or by the bytes of its body. */
  readonly eventId?: KeyPath;
  /** Where an event names the account that it is about. Needed where one address serves all accounts. */
  readonly account?: KeyPath;
  /**
   * What an event says that one should look at; none when nothing has to be done. Pure; an event may hold anything, and is
   * undefined when it was no sound JSON. Throwing leads to a look at all that is recent.
   */
  hints(event: unknown): readonly Hint[];
  readonly setUp: SetUp;
}

/** Keys of nested objects. */
export type KeyPath = readonly string[];

/** What shows that an event is the platform's. Names of headers in lower case. */
export type Authenticity =
  /** standardwebhooks.com; the secret is `whsec_` and base64. Headers that begin with `svix-` are taken too. */
  | { readonly kind: 'standard-webhooks' }
  /** A header holds `prefix` and HMAC-SHA256 in lower-case hex of `template`, in which `{timestamp}` and `{body}` are filled in. */
  | {
      readonly kind: 'hmac';
      readonly signature: string;
      readonly prefix: string;
      /** Seconds since 1970. */
      readonly timestamp: string;
      readonly template: string;
    }
  /** An RS256 JWT whose claims name the address and the SHA-256 of the body in hex; the secret is the public key, in PEM or its base64. */
  | { readonly kind: 'signed-jwt'; readonly header: string; readonly url: string; readonly bodySha256: string }
  /** One of these headers holds the secret as it is. Whoever has seen one event can make others: it says nothing about the body. */
  | { readonly kind: 'static-token'; readonly headers: readonly string[] }
  /** Nothing but that the address is known, which no secret goes with. */
  | { readonly kind: 'unguessable-url' };

export type Challenge =
  /** While a subscription is being made: this header has to come back, at most so long. */
  | { readonly kind: 'echo'; readonly header: string; readonly mostCharacters: number }
  /**
   * A signed event that holds `value` at `path`: its token has to come back under the first name, and the HMAC-SHA256 of it in hex, by
   * the secret of events, under the second. Answered at any time, since platforms ask again and again.
   */
  | {
      readonly kind: 'keyed-digest';
      readonly path: KeyPath;
      readonly value: string;
      readonly token: KeyPath;
      readonly reply: readonly [token: string, digest: string];
    };

export type Hint =
  /** A call is new, or something about it has changed. When it is not said when it started, it is one of the recent ones. */
  | {
      readonly kind: 'call';
      readonly externalId?: string | undefined;
      /** ISO 8601. */
      readonly startedAt?: string | undefined;
      /** Where only this is known. At most a day long. */
      readonly startedWithin?: Window | undefined;
    }
  /** The subscription is about to end. */
  | { readonly kind: 'subscription-ends' }
  /** Somebody has taken our access away. */
  | { readonly kind: 'access-revoked' };

/** Who makes the platform send events. */
export type SetUp =
  | HubSetUp
  | {
      /** The operator, once for all customers, in the app that the hub has at the platform; or an administrator of each customer. */
      readonly by: 'operator' | 'customer';
      /** One sentence each, in the words of the platform's own screens. `{url}` stands for our address. */
      readonly steps: readonly string[];
      /** What they bring back, by which events are verified. */
      readonly secret: string;
    };

/** The hub, by request. */
export interface HubSetUp {
  readonly by: 'hub';
  /** What the app or the person must be allowed for it besides reading, in the platform's own words. */
  readonly needs?: string;
  /** Who makes the secret: the hub, the platform, or nobody. */
  readonly secret: 'ours' | 'theirs' | 'none';
  readonly subscribe: { request(wish: SubscriptionWish): Request; read(reply: unknown): Subscription };
  /** Absent: a subscription does not end, or a new one has to be made. */
  readonly renew?: { request(id: string): Request; read(reply: unknown): Subscription };
  unsubscribe(id: string): Request;
  /** Absent: the platform does not say which there are. */
  readonly list?: { request(): Request; read(reply: unknown): readonly Subscription[] };
}

export interface SubscriptionWish {
  /** Our address. */
  readonly url: string;
  /** Only where the hub makes it. */
  readonly secret?: string | undefined;
}

export interface Subscription {
  readonly id: string;
  readonly url?: string | undefined;
  /** Said once, by platforms that make it. */
  readonly secret?: string | undefined;
  /** What was granted, which may be less than what was asked for. Absent: no end. */
  readonly expiresAt?: string | undefined;
  /** The platform has given up sending. */
  readonly isBlocked?: boolean | undefined;
}

/** An event as a platform sends it. */
export interface SentEvent {
  /** Lower-case names. */
  readonly headers: Headers;
  readonly body: Uint8Array;
}
