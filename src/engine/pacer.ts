/** Keeps one remote account within its limits, over all processes, before anything is sent. */
export interface Pacer {
  /**
   * Waits for leave to send one request; at most a minute.
   * @throws PlatformError PLATFORM_BUSY (`wait`, with `until`) when leave is more than a minute away.
   */
  take(group: string | undefined, signal: AbortSignal): Promise<Permit>;
  /** The platform said "not before": everybody who shares the limit stands still. */
  hold(group: string | undefined, until: Date): Promise<void>;
  /** A reply said how the limit of its request stands, which may differ from what is published. */
  learn(group: string | undefined, told: ToldQuota): Promise<void>;
}

export interface ToldQuota {
  /** How many requests are allowed in the limit's time. */
  readonly limit: number | undefined;
  /** Nothing is left until then. */
  readonly until: Date | undefined;
}

/** Leave to send one request. What is told of its fate makes later leave exact. */
export interface Permit {
  /**
   * It leaves now: the connection stands and its bytes are about to be written.
   * @throws HeldBack when the platform has asked for a pause since leave was given: it must not leave.
   */
  sent(): void;
  /** The head of the reply is here. `kind`: requests of one kind take the platform about equally long. */
  answered(kind: string): void;
  /** Whatever became of it, nothing more will be told. */
  close(): void;
}
