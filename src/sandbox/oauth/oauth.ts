import type { OAuthRules, Person, SimulatedGrant } from '#connector';
import type { GrantEnd } from './grants.js';
import type { OnStep } from './side.js';
import type { OAuthFaults } from './token-faults.js';
import type { TokenEntry } from './token-ledger.js';

/** The OAuth side of a sandbox, for people and tests who change the weather and look at what was done. */
export interface SandboxOAuth {
  /** The app as it is registered. */
  readonly client: { readonly id: string; readonly secret: string };
  readonly paths: { readonly authorize: string; readonly token: string; readonly revoke?: string | undefined };
  /** Registers an address that the consent page may lead back to; compared to the letter. */
  allowRedirect(uri: string): void;
  /** Registers a further app, such as a customer's own, or gives one another secret. */
  setClient(id: string, secret: string): void;
  rules(account?: string): OAuthRules;
  /**
   * Counts from the next token on; rotation from the next refresh on. With an account: for that one alone, in place of
   * whatever goes for all.
   * @throws TypeError for an unknown rule or value.
   */
  setRules(rules: Partial<OAuthRules>, account?: string): OAuthRules;
  /** @throws TypeError for an unknown fault or value. */
  setFaults(faults: Partial<OAuthFaults>): OAuthFaults;
  /** Every consent so far, oldest first. */
  grants(): readonly GrantView[];
  /** What somebody who consents brings back, without the page; without an address, good for the exchange with any. */
  makeCode(facts?: Partial<SimulatedGrant> & { readonly redirectUri?: string }): string;
  /** A grant that was not made at the consent page, with its tokens, as another system would hold them. */
  makeGrant(facts?: Partial<SimulatedGrant>): MadeGrant;
  /** An assertion as the platform's console gives it, for the grant of type JWT bearer. */
  makeAssertion(account?: string, person?: Person): string;
  /** Ends grants as the platform's admin would. Without an id: all. */
  revoke(grant?: string): void;
  /** Ends tokens of one kind before their time. Without an id: those of all grants. */
  expire(kind: 'access' | 'refresh', grant?: string): void;
  /** Lets time pass for codes and tokens, in seconds. */
  elapse(seconds: number): void;
  ledger(): readonly TokenEntry[];
  resetLedger(): void;
  /** Listens in on token requests, and can hold them up. Only within the process. */
  onStep(listener: OnStep | undefined): void;
}

export interface GrantView extends SimulatedGrant {
  readonly id: string;
  readonly clientId: string;
  readonly ended: GrantEnd | undefined;
}

export interface MadeGrant {
  readonly id: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}
