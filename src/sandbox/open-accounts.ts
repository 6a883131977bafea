import type { Simulator, SimulatorDefinition, SimulatorOptions } from '#connector';

export interface Accounts {
  /** The account of that name; without a name, the sandbox's own. */
  of(account?: string): Simulator;
  each(action: (simulator: Simulator) => void): void;
}

/** What is different about some accounts, by their names. */
export type AccountOptions = Readonly<Record<string, Partial<Omit<SimulatorOptions, 'account'>>>>;

/**
 * The accounts of a sandbox. Whoever signs in as another one opens it; it shares nothing with the first, and is as
 * large unless `others` says otherwise.
 */
export function openAccounts(
  platform: SimulatorDefinition,
  options: SimulatorOptions,
  others: AccountOptions = {},
): Accounts {
  const own = platform.open(options);
  const opened = new Map([[options.account, own]]);
  return {
    of(account = options.account) {
      const simulator = opened.get(account) ?? platform.open({ ...options, ...others[account], account });
      opened.set(account, simulator);
      return simulator;
    },
    each: action => opened.forEach(simulator => action(simulator)),
  };
}
