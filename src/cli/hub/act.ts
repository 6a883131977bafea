import type { HubAtHand } from './reach-hub.js';

/** What the operator said behind the verb. */
export interface HubWish {
  readonly ids: readonly string[];
  readonly json: boolean;
  readonly dryRun: boolean;
  /** A link is shown instead of mailed. */
  readonly show: boolean;
  readonly customer: string | undefined;
  readonly connection: string | undefined;
  readonly contact: string | undefined;
  readonly endpoint: string | undefined;
  /** In capitals; undefined: as the hub sees fit. */
  readonly states: readonly string[] | undefined;
  readonly limit: number;
  readonly for: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface Terminal {
  say(text: string): void;
  /** Whether somebody looks on, so that a line can be drawn anew. */
  readonly isLive: boolean;
  readonly columns: number;
}

/** @returns the exit code */
export type Act = (hub: HubAtHand, wish: HubWish, terminal: Terminal) => Promise<number>;

/** What was asked cannot be understood. */
export class Misunderstood extends Error {}
