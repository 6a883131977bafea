/**
 * The OAuth side of a pretend platform: what its papers say, as data.
 *
 * The sandbox plays it over HTTP: a consent page, codes, tokens that end, rotation, revoking, faults on demand, and
 * a ledger of every token request.
 */
export interface SimulatedOAuth {
  /** The app as it is registered at the platform. */
  readonly client: { readonly id: string; readonly secret: string };
  /** What the console has issued to an administrator of the sandbox's own account, for the grant of type JWT bearer. */
  readonly assertion?: string;
  readonly authorize: {
    readonly path: string;
    /** `ignored`: the platform does not look at it, as RFC 6749 wants of parameters that it does not know. */
    readonly pkce: 'ignored' | { readonly required: boolean; readonly methods: readonly ('S256' | 'plain')[] };
    /** What the app asks for is not looked at: it gets all that it is registered for. */
    readonly ignoresScope?: boolean;
  };
  /** All that an app may ask for. Asking for none asks for all. */
  readonly scopes: readonly string[];
  /** Who may say yes: an administrator for the whole company, or everybody for themselves. */
  readonly consentBy: 'admin' | 'anyone';
  readonly token: {
    readonly path: string;
    /** Where the client may show its id and secret. */
    readonly clientIn: readonly ('basic' | 'body')[];
    /** Kinds of request that are answered, and where the parameters of each are looked for. */
    readonly grants: Readonly<Partial<Record<GrantType, readonly ParameterPlace[]>>>;
    /** What the reply holds besides the usual, such as the account's own host. */
    readonly extras?: (issued: Issued) => Readonly<Record<string, unknown>>;
    /** A refusal in the platform's own form. Absent: that of RFC 6749. */
    readonly refusal?: (problem: TokenProblem) => unknown;
  };
  readonly revoke?: { readonly path: string };
  readonly rules: OAuthRules;
}

export type GrantType =
  | 'authorization_code'
  | 'refresh_token'
  | 'client_credentials'
  | 'account_credentials'
  | 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export type ParameterPlace = 'query' | 'form' | 'json';

/** How long things live, in seconds, and what becomes of a refresh token that was used. The sandbox can change them. */
export interface OAuthRules {
  readonly codeSeconds: number;
  readonly accessSeconds: number;
  /** What replies say instead of the true life of an access token. */
  readonly toldAccessSeconds?: number | undefined;
  /** From the last refresh on. Absent: for ever. */
  readonly refreshSeconds?: number | undefined;
  readonly rotation: Rotation;
  /** A refresh ends the access token before it. */
  readonly refreshEndsAccess?: boolean | undefined;
  /** More sessions of one person end the oldest. */
  readonly sessionsPerPerson?: number | undefined;
}

/**
 * `none`: it stays, and replies hold none. `strict`: single use; a second use ends the whole grant. `grace`: for some
 * seconds after its use it gives further successors; later, a use ends the grant. `replay`: it gives the same
 * successor again, as long as that one is unused, and for some seconds after its first use; later it is refused.
 */
export type Rotation =
  | { readonly kind: 'none' }
  | { readonly kind: 'strict' }
  | { readonly kind: 'grace'; readonly seconds: number }
  | { readonly kind: 'replay'; readonly unusedSeconds: number; readonly usedSeconds: number };

/** Who let the app in, and what it may do. */
export interface SimulatedGrant {
  readonly account: string;
  readonly person: Person;
  readonly scopes: readonly string[];
}

export type Person = 'admin' | 'user';

export interface Issued extends SimulatedGrant {
  /** Names the grant. */
  readonly id: string;
  /** A refresh token goes with it. */
  readonly renewable: boolean;
  readonly rules: OAuthRules;
}

export interface TokenProblem {
  readonly error:
    | 'invalid_request'
    | 'invalid_client'
    | 'invalid_grant'
    | 'invalid_scope'
    | 'unauthorized_client'
    | 'unsupported_grant_type';
  readonly description: string;
}

/** What the platform finds behind the bearer token of a request. */
export type SimulatedBearer =
  | { readonly state: 'live'; readonly grant: SimulatedGrant }
  | { readonly state: 'expired' | 'revoked' | 'unknown' };
