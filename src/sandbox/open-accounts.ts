import type { Simulator, SimulatorDefinition, SimulatorOptions } from '#connector';

export interface Accounts {
  /** The account of that name; without a name, the sandbox's own. */
  of(account?: string): Simulator;
  each(action: (simulator: Simulator) => void): void;
}

/** The accounts of a sandbox. Whoever signs in as another one opens it; it is as large, and shares nothing. */
export function openAccounts(platform: SimulatorDefinition, options: SimulatorOptions): Accounts {
  const own = platform.open(options);
  const opened = new Map([[options.account, own]]);
  return {
    of(account = options.account) {
      const simulator = opened.get(account) ?? platform.open({ ...options, account });
      opened.set(account, simulator);
      return simulator;
    },
    each: action => opened.forEach(simulator => action(simulator)),
  };
}
