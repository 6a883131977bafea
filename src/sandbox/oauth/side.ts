import type { OAuthRules, Person, SimulatedOAuth } from '#connector';
import type { Grants } from './grants.js';
import type { OAuthFaults, TokenFaultSet } from './token-faults.js';
import type { TokenEntry, TokenLedger } from './token-ledger.js';

/** All that the endpoints of one pretend platform share. */
export interface OAuthSide {
  readonly definition: SimulatedOAuth;
  /** The sandbox's own account; others are opened by signing in as them. */
  readonly account: string;
  /** Secrets by client id. */
  readonly clients: Map<string, string>;
  readonly redirectUris: Set<string>;
  readonly grants: Grants;
  readonly ledger: TokenLedger;
  /** Who a vendor-issued assertion stands for. */
  readonly assertions: Map<string, { readonly account: string; readonly person: Person }>;
  /** The rules for an account: its own, else those of all. */
  rulesFor(account: string): OAuthRules;
  faults: OAuthFaults;
  /** The fault for this token request; a scripted one is used up by asking. */
  takeFault(): TokenFaultSet;
  onStep: OnStep | undefined;
}

/**
 * Called when a token request has been read, and when the platform has done its work but not yet answered. A promise
 * holds the request up.
 */
export type OnStep = (step: 'arrived' | 'acted', entry: TokenEntry) => void | Promise<void>;
