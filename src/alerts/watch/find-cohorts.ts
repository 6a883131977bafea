/**
 * Many connections of one platform, or of one app, that went bad within a quarter of an hour: then it is the platform or
 * us, and no customer's to mend. Nobody asks 400 customers to connect again because our client secret has ended.
 */
import { AlertKind, AlertOwner, AlertSeverity } from '../alert-kind.js';
import type { Finding } from '../finding.js';

export const leastConnections = 5;
export const leastShare = 0.2;
export const withinMs = 15 * 60_000;

export interface Sufferer {
  readonly connectionId: string;
  readonly platform: string;
  /** When it was first seen. */
  readonly at: Date;
  /** The alert that it is a part of already. */
  readonly partOf: string | null;
}

/** A platform that is in such trouble now, or still. */
export interface Cohort {
  readonly platform: string;
  readonly connections: number;
  readonly of: number;
  readonly since: Date;
}

/**
 * @param sufferers what is seen now of kinds that may be common.
 * @param totals how many connections of each platform are in use.
 * @param open platforms that are known to be in such trouble, and since when: they stay so until fewer than half as many suffer.
 */
export function findCohorts(
  sufferers: readonly Sufferer[],
  totals: ReadonlyMap<string, number>,
  open: ReadonlyMap<string, Date>,
): Cohort[] {
  return [...Map.groupBy(sufferers, ({ platform }) => platform)].flatMap(([platform, those]) => {
    const of = totals.get(platform) ?? 0;
    const needed = Math.max(leastConnections, Math.ceil(of * leastShare));
    const known = open.get(platform);
    const crowd = known === undefined ? densest(those) : those.filter(({ at }) => at >= known);
    const connections = new Set(crowd.map(({ connectionId }) => connectionId)).size;
    if (connections < (known === undefined ? needed : needed / 2)) return [];
    const since = known ?? new Date(Math.min(...crowd.map(({ at }) => at.getTime())));
    return [{ platform, connections, of, since }];
  });
}

/** The most that began within one quarter of an hour. */
function densest(sufferers: readonly Sufferer[]): readonly Sufferer[] {
  const inOrder = sufferers.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  let best: readonly Sufferer[] = [];
  let first = 0;
  for (const [last, { at }] of inOrder.entries()) {
    while (at.getTime() - (inOrder[first] as Sufferer).at.getTime() > withinMs) first++;
    if (last - first + 1 > best.length) best = inOrder.slice(first, last + 1);
  }
  return best;
}

export function findingOf({ platform, connections, of, since }: Cohort, name: string): Finding {
  return {
    ...{ kind: AlertKind.MANY_CONNECTIONS, platform, severity: AlertSeverity.PAGE, owner: AlertOwner.US },
    problem: `${connections} of ${of} connections to ${name} went bad at about the same time. It is ${name} or this hub, not the customers, who are not written to.`,
    remedy: `Look at ${name}'s status page, at the app's client id and secret, and at the log. What is mended ends by itself. If the customers have to renew their access after all, resolve this alert: then each is asked.`,
    ...{ details: { connections, of }, occurrence: since.toISOString(), since },
  };
}
