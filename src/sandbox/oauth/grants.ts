import { randomBytes } from 'node:crypto';
import type { OAuthRules, SimulatedBearer, SimulatedGrant } from '#connector';
import { treatmentOf } from './rotation.js';

/** One consent and all tokens that came of it. */
export interface Grant extends SimulatedGrant {
  /** `grant-1`, `grant-2`, … in the order of their making. */
  readonly id: string;
  readonly clientId: string;
  readonly startedAt: number;
  ended: GrantEnd | undefined;
}
/** `reuse`: a code or refresh token was shown once too often. */
export type GrantEnd = 'revoked' | 'reuse' | 'session-limit';

/** What one answer hands out. */
export interface Pair {
  readonly access: string;
  readonly accessEndsAt: number;
  readonly refresh: string | undefined;
}

/** What a code stands for until it is exchanged. */
export interface Promised extends SimulatedGrant {
  readonly clientId: string;
  /** Absent: the code was not made at the page, and is good with any. */
  readonly redirectUri: string | undefined;
  readonly challenge: { readonly value: string; readonly method: 'S256' | 'plain' } | undefined;
}
export interface Code extends Promised {
  readonly endsAt: number;
  /** Set by its first exchange. */
  grant: Grant | undefined;
}

interface Access {
  readonly grant: Grant;
  endsAt: number;
  usedAt: number | undefined;
  revoked: boolean;
}
interface Refresh {
  readonly grant: Grant;
  endsAt: number;
  spentAt: number | undefined;
  successor: Pair | undefined;
}

export type Refreshed =
  | { readonly outcome: 'issued' | 'repeated'; readonly grant: Grant; readonly pair: Pair }
  | { readonly outcome: 'refused'; readonly grant: Grant | undefined; readonly why: string };

/** Codes, grants and tokens of a pretend platform. `now` is in milliseconds; `rules` of an account are asked for at every step. */
export class Grants {
  readonly #codes = new Map<string, Code>();
  readonly #grants: Grant[] = [];
  readonly #accesses = new Map<string, Access>();
  readonly #latest = new Map<Grant, Access>();
  readonly #refreshes = new Map<string, Refresh>();

  constructor(
    readonly rules: (account: string) => OAuthRules,
    readonly now: () => number,
  ) {}

  promise(promised: Promised): string {
    const code = made('CODE');
    this.#codes.set(code, {
      ...promised,
      endsAt: this.#in(this.rules(promised.account).codeSeconds),
      grant: undefined,
    });
    return code;
  }

  codeOf(code: string): Code | undefined {
    return this.#codes.get(code);
  }

  start({ clientId, account, person, scopes }: SimulatedGrant & { readonly clientId: string }): Grant {
    const grant: Grant = {
      ...{ id: `grant-${this.#grants.length + 1}`, clientId, account, person, scopes },
      ...{ startedAt: this.now(), ended: undefined },
    };
    this.#grants.push(grant);
    this.#endOldSessions(grant);
    return grant;
  }

  issue(grant: Grant, { renewable }: { readonly renewable: boolean }): Pair {
    const { accessSeconds, refreshSeconds = Number.POSITIVE_INFINITY } = this.rules(grant.account);
    const access = made('AT');
    const accessEndsAt = this.#in(accessSeconds);
    const kept = { grant, endsAt: accessEndsAt, usedAt: undefined, revoked: false };
    this.#accesses.set(access, kept);
    this.#latest.set(grant, kept);
    if (!renewable) return { access, accessEndsAt, refresh: undefined };
    const refresh = made('RT');
    const endsAt = this.#in(refreshSeconds);
    this.#refreshes.set(refresh, { grant, endsAt, spentAt: undefined, successor: undefined });
    return { access, accessEndsAt, refresh };
  }

  /** `asIs`: this once without rotation, whatever the rules say. */
  refresh(token: string, clientId: string, { asIs }: { readonly asIs: boolean }): Refreshed {
    const found = this.#refreshes.get(token);
    if (!found || found.grant.clientId !== clientId) return refused(undefined, 'unknown refresh token');
    const { grant } = found;
    if (grant.ended) return refused(grant, 'the refresh token has been revoked');
    if (this.now() >= found.endsAt) return refused(grant, 'the refresh token has expired');
    const { rotation, refreshEndsAccess, refreshSeconds = Number.POSITIVE_INFINITY } = this.rules(grant.account);
    const successorUsedAt = found.successor && this.#usedAt(found.successor);
    const presented = { now: this.now(), spentAt: found.spentAt, successorUsedAt };
    const treatment = treatmentOf(asIs ? { kind: 'none' } : rotation, presented);
    if (treatment === 'refuse-and-end') grant.ended = 'reuse';
    if (treatment === 'refuse' || treatment === 'refuse-and-end') {
      return refused(grant, 'the refresh token has been used before');
    }
    if (treatment === 'repeat' && found.successor) return { outcome: 'repeated', grant, pair: found.successor };
    const before = this.#latest.get(grant);
    if (refreshEndsAccess && before) before.revoked = true;
    const pair = this.issue(grant, { renewable: treatment === 'rotate' });
    if (treatment === 'keep') found.endsAt = this.#in(refreshSeconds);
    else {
      found.spentAt ??= this.now();
      found.successor ??= pair;
    }
    return { outcome: 'issued', grant, pair };
  }

  /** The grant that a refresh token belongs to, spent or not. */
  grantOf(refreshToken: string): Grant | undefined {
    return this.#refreshes.get(refreshToken)?.grant;
  }

  /** What stands behind a bearer token. Showing it counts as its use. */
  look(token: string): SimulatedBearer {
    const found = this.#accesses.get(token);
    if (!found) return { state: 'unknown' };
    if (found.grant.ended || found.revoked) return { state: 'revoked' };
    if (this.now() >= found.endsAt) return { state: 'expired' };
    found.usedAt ??= this.now();
    return { state: 'live', grant: found.grant };
  }

  /** Ends the whole grant behind an access or refresh token. Unknown ones are no matter. */
  revokeToken(token: string): Grant | undefined {
    const grant = (this.#refreshes.get(token) ?? this.#accesses.get(token))?.grant;
    if (grant) grant.ended ??= 'revoked';
    return grant;
  }

  /** Ends grants, or only one kind of their tokens, from now on. */
  end(what: 'grant' | 'access' | 'refresh', of: readonly Grant[]): void {
    const meant = new Set(of);
    if (what === 'grant') for (const grant of meant) grant.ended ??= 'revoked';
    const tokens = { grant: [], access: this.#accesses.values(), refresh: this.#refreshes.values() }[what];
    for (const token of tokens) if (meant.has(token.grant)) token.endsAt = Math.min(token.endsAt, this.now());
  }

  list(): readonly Grant[] {
    return this.#grants;
  }

  #endOldSessions({ clientId, account, person }: Grant): void {
    const { sessionsPerPerson } = this.rules(account);
    if (sessionsPerPerson === undefined) return;
    const sessions = this.#grants.filter(
      other => !other.ended && other.clientId === clientId && other.account === account && other.person === person,
    );
    for (const session of sessions.slice(0, -sessionsPerPerson)) session.ended = 'session-limit';
  }

  #usedAt({ access, refresh }: Pair): number | undefined {
    const used = [this.#accesses.get(access)?.usedAt, this.#refreshes.get(refresh ?? '')?.spentAt];
    const known = used.filter(at => at !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  }

  #in(seconds: number): number {
    return this.now() + seconds * 1000;
  }
}

function refused(grant: Grant | undefined, why: string): Refreshed {
  return { outcome: 'refused', grant, why };
}

/** Recognizable wherever it turns up, so that a test can look for it where no secret may be. */
function made(kind: 'CODE' | 'AT' | 'RT'): string {
  return `SANDBOX-${kind}-${randomBytes(24).toString('base64url')}`;
}
