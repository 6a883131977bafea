import { countCalls, type Haul } from '../../../engine/index.js';
import type { Bench } from '../bench.js';
import { confirmed, type Fact, refuted, unclear } from '../fact.js';

/** Whether the platform counts, and the listing agrees. */
export async function total({ connector, asker, window }: Bench, haul: Haul): Promise<Fact[]> {
  const fact = 'total';
  const listed = haul.next === undefined ? haul.calls.length + haul.unusable.length + haul.outside : undefined;
  const count = await countCalls(connector, asker, 'listing', window);
  const known = count ?? haul.total;
  if (connector.preview === undefined && haul.total !== undefined)
    return [unclear(fact, `The listing tells a total of ${haul.total}, which the connector does not ask for.`)];
  if (connector.preview === undefined) return [confirmed(fact, 'As was known, the platform does not count.')];
  if (known === undefined) return [refuted(fact, 'The platform was known to count, and does not.')];
  if (count !== undefined && haul.total !== undefined && count !== haul.total)
    return [refuted(fact, `The preview counts ${count} calls, the listing ${haul.total}.`)];
  if (listed !== undefined && listed !== known)
    return [refuted(fact, `It counts ${known} calls and lists ${listed} on the only page.`)];
  return [confirmed(fact, `It counts ${known} calls${listed === undefined ? '' : ', as many as it lists'}.`)];
}
