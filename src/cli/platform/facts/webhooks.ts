import { listSubscriptions } from '../../../engine/index.js';
import type { Bench } from '../bench.js';
import { confirmed, type Fact, refuted, unclear } from '../fact.js';

/** Which subscriptions the platform knows; none is made. */
export async function webhooks({ connector, asker }: Bench): Promise<Fact[]> {
  const fact = 'webhooks';
  const setUp = connector.webhooks?.setUp;
  if (setUp === undefined) return [unclear(fact, 'The platform has to be asked for new calls.')];
  if (setUp.by !== 'hub') return [unclear(fact, 'They are set up by hand, and cannot be looked at.')];
  const found = await listSubscriptions(setUp, asker.as('subscription'), () => new Date());
  if (found === undefined) return [unclear(fact, 'The platform does not tell which subscriptions there are.')];
  const blocked = found.filter(({ isBlocked }) => isBlocked).length;
  if (blocked > 0)
    return [refuted(fact, `${found.length} subscriptions are known; ${blocked} of them the platform has given up.`)];
  return [confirmed(fact, `The platform tells its subscriptions: ${found.length}.`)];
}
