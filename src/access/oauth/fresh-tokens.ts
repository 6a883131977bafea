import type { Headers, OAuth2 } from '#connector';
import type { OAuthEndpoint, OAuthGrant, OAuthOutcome } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
import type { AuthSource } from '../../engine/index.js';
import type { House } from '../../scope.js';
import { type Times, timesOf } from '../tokens/lifetimes.js';
import { isUnattended, tokenHeaders } from './oauth-method.js';
import { revokeTokens } from './revoke-tokens.js';

interface Granted {
  readonly method: OAuth2;
  readonly endpoint: OAuthEndpoint;
  readonly grant: OAuthGrant;
  /** When the tokens were asked for, by the database's clock. */
  readonly askedAt: Date;
  /** Asks for tokens again by what was entered; absent: there is nothing but the refresh token. */
  readonly again?: () => Promise<OAuthOutcome>;
}

/** Tokens end a little before they should, or on their way; short ones less so. */
const earlySeconds = (life: number): number => Math.min(1, life / 4);

/**
 * Tokens that were just granted and are stored nowhere, while it is found out whose they are. Those that end in the middle
 * of that are renewed; what is here at the end is what counts.
 */
export class FreshTokens implements AuthSource {
  #grant: OAuthGrant;
  #askedAt: Date;
  #askedAfterMs = performance.now();
  #headers: Secret<Headers>;
  #renewal: Promise<boolean> | undefined;

  constructor(
    readonly house: Pick<House, 'oauth'>,
    readonly granted: Granted,
  ) {
    this.#grant = granted.grant;
    this.#askedAt = granted.askedAt;
    this.#headers = this.#headersOf(granted.grant);
  }

  /** Grants without a person bring refresh tokens at times; what was entered is as good, and does not end. */
  get secret(): Readonly<Record<string, string>> {
    const { accessToken, refreshToken } = this.#grant;
    const keepsRefresh = !isUnattended(this.granted.method) && refreshToken !== undefined;
    return {
      access_token: accessToken.reveal(),
      ...(keepsRefresh && { refresh_token: refreshToken.reveal() }),
    };
  }

  get times(): Times {
    const { method } = this.granted;
    const renewable = isUnattended(method) || this.#grant.refreshToken !== undefined;
    const grant = isUnattended(method) ? { ...this.#grant, refreshToken: undefined } : this.#grant;
    return timesOf(method, grant, { askedAt: this.#askedAt, renewable });
  }

  async take(): Promise<Secret<Headers>> {
    if (this.#hasEnded()) await this.renew(this.#headers);
    return this.#headers;
  }

  hasNewer(refused: Secret<Headers>): Promise<boolean> {
    return Promise.resolve(refused !== this.#headers);
  }

  /** Only what has ended is renewed: whatever else a platform refuses, it would refuse again. */
  renew(refused: Secret<Headers>): Promise<boolean> {
    if (refused !== this.#headers) return Promise.resolve(true);
    if (!this.#hasEnded()) return Promise.resolve(false);
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renew(): Promise<boolean> {
    const askedAt = new Date(this.#askedAt.getTime() + this.#ageMs());
    const outcome = await this.#ask();
    if (outcome?.kind !== 'granted') return false;
    const { refreshToken = this.#grant.refreshToken } = outcome;
    this.#grant = { ...outcome, refreshToken };
    this.#askedAt = askedAt;
    this.#askedAfterMs = performance.now();
    this.#headers = this.#headersOf(this.#grant);
    return true;
  }

  /** Gives them back at the platform, as well as it goes. */
  async revoke(): Promise<void> {
    await revokeTokens(this.house, this.granted.endpoint, this.#grant);
  }

  #ageMs(): number {
    return performance.now() - this.#askedAfterMs;
  }

  #hasEnded(): boolean {
    const { accessSeconds = this.granted.method.lifetimes.accessSeconds } = this.#grant;
    return accessSeconds !== undefined && this.#ageMs() >= (accessSeconds - earlySeconds(accessSeconds)) * 1_000;
  }

  async #ask(): Promise<OAuthOutcome | undefined> {
    const { again, endpoint } = this.granted;
    if (again !== undefined) return again();
    const { refreshToken } = this.#grant;
    return refreshToken && this.house.oauth.refresh(endpoint, refreshToken);
  }

  #headersOf({ accessToken }: OAuthGrant): Secret<Headers> {
    return new Secret(tokenHeaders(this.granted.method, accessToken.reveal()));
  }
}
