import type { OAuthRules, SimulatedBearer, SimulatedLimit, SimulatorDefinition, SimulatorOptions } from '#connector';
import type { EventFaults } from './events/event-faults.js';
import type { SandboxEvents } from './events/sandbox-events.js';
import type { Faults } from './faults.js';
import type { Judgement } from './judge.js';
import type { LedgerEntry } from './ledger.js';
import type { SandboxOAuth } from './oauth/oauth.js';
import type { AccountOptions } from './open-accounts.js';

export interface SandboxOptions extends Omit<SimulatorOptions, 'account'> {
  readonly platform: SimulatorDefinition;
  /** Names the account; two accounts share nothing. Default `sandbox`. */
  readonly account?: string;
  /** What is different about the accounts that somebody else may sign in to, by their names. */
  readonly accounts?: AccountOptions;
  /** `published` (default): the platform's own. */
  readonly limits?: 'published' | 'off' | readonly SimulatedLimit[];
  readonly faults?: Partial<Faults>;
  /** What goes wrong with the events that the platform sends by itself. */
  readonly eventFaults?: Partial<EventFaults>;
  /** Where the platform knows OAuth: addresses that its consent page may lead back to, and rules other than its own. */
  readonly oauth?: {
    readonly redirectUris?: readonly string[];
    readonly rules?: Partial<OAuthRules>;
    /** Who else knows what stands behind a bearer token. Default: the sandbox's own token endpoint. */
    readonly look?: (token: string) => SimulatedBearer;
  };
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly adminPort?: number;
  /** Sees every request with its reply, before the reply is sent; for validators. */
  readonly onExchange?: (exchange: Exchange) => void;
}

export interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: URLSearchParams;
    readonly headers: Readonly<Record<string, string>>;
    /** Parsed JSON, or undefined when there was none. */
    readonly body: unknown;
  };
  readonly reply: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
  };
  /** Set when the reply was not the platform's own idea. */
  readonly fault: string | undefined;
}

export interface Sandbox {
  /** Base URL of the platform, without a slash at its end. */
  readonly url: string;
  readonly adminUrl: string;
  /** What the connector's form asks for, filled in. */
  readonly secret: Readonly<Record<string, string>>;
  /** Absent where the platform knows no OAuth. */
  readonly oauth: SandboxOAuth | undefined;
  /** Absent where the platform sends none. */
  readonly events: SandboxEvents | undefined;
  ledger(): readonly LedgerEntry[];
  resetLedger(): void;
  /** External ids that the window holds now; without a window, those of the whole account. Default: the sandbox's own. */
  truth(from?: string, to?: string, account?: string): readonly string[];
  /** The verdict over the ledger as it is now. */
  judge(windows?: number): Judgement;
  /** @throws TypeError for an unknown fault or value. */
  setFaults(faults: Partial<Faults>): Faults;
  expireCursors(): void;
  reveal(): void;
  /** Cuts every connection and frees both ports. */
  close(): Promise<void>;
}
