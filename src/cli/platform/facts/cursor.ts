import { fetchPage, type Haul } from '../../../engine/index.js';
import type { Bench } from '../bench.js';
import { confirmed, type Fact, refuted, unclear } from '../fact.js';

/** Whether a cursor leads on, and to the same page when it is used again, as it is after a crash. */
export async function cursor({ connector, asker, window }: Bench, first: Haul): Promise<Fact[]> {
  const fact = 'cursor';
  if (first.next === undefined) return [unclear(fact, 'There is no second page; look further back with --days.')];
  const again = { ...window, cursor: first.next };
  const read = () => fetchPage(connector, asker, again, { withTranscripts: false, withDetails: false });
  const [one, two] = [await read(), await read()];
  const [before, then, later] = [first, one, two].map(idsOf);
  if (then === later && then !== before) return [confirmed(fact, 'It leads on, and to the same calls again.')];
  if (then === before) return [refuted(fact, 'It leads back to the first page.')];
  return [
    refuted(fact, 'Used again, it leads to other calls; unless some were added meanwhile, resuming may lose some.'),
  ];
}

function idsOf({ calls }: Haul): string {
  return calls.map(({ draft }) => draft.externalId).join('\n');
}
