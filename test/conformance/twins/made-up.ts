import type { Connector } from '#connector';
import type { Subject } from '../kit.js';
import { madeUpConnector } from './made-up-connector.js';
import { madeUpSimulator } from './made-up-simulator.js';

/** The made-up platform, with whatever a twin replaces. */
export function madeUp(flaw: Partial<Connector> = {}): Subject {
  return { folder: 'made-up', connector: { ...madeUpConnector, ...flaw }, simulator: madeUpSimulator };
}

export function withListing(flaw: Partial<Connector['calls']>): Subject {
  return madeUp({ calls: { ...madeUpConnector.calls, ...flaw } });
}

/** Puts a rule before the connector's own. */
export function withVerdict(rule: NonNullable<Connector['http']['verdicts']>[number]): Subject {
  const { http } = madeUpConnector;
  return madeUp({ http: { ...http, verdicts: [rule, ...(http.verdicts ?? [])] } });
}
