import type { EscalationStep } from '../../notices/index.js';

/** Whom an alert was told to because nobody had acknowledged it. */
export interface TakenStep {
  readonly step: EscalationStep;
  /** ISO 8601. */
  readonly at: string;
  /** Ids of channels. */
  readonly channels: readonly string[];
  /** Who was mailed at the customer. */
  readonly contactId: string | null;
}
