import type { Scope } from '../../scope.js';
import type { Alerting } from './alerting.type.js';
import { problemsOf, readStanding } from './standing.js';

/** Whether the alerting itself works, and when its parts last did. */
export async function readAlerting({ sql }: Pick<Scope, 'sql'>): Promise<Alerting> {
  const standing = await readStanding(sql);
  const { lookAge, senderAge, drillAge, drillTook, pingAge, readAt } = standing;
  const problems = problemsOf(standing);
  const before = (age: number | null): Date | null => (age === null ? null : new Date(readAt.getTime() - age * 1_000));
  return {
    ...{ works: problems.length === 0, problems, lookedAt: before(lookAge), senderLookedAt: before(senderAge) },
    ...{ drilledAt: before(drillAge), drillSeconds: drillTook, pingedAt: before(pingAge) },
  };
}
