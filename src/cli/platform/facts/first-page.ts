import type { CallDraft, Connector, Window } from '#connector';
import { fetchPage, type Haul } from '../../../engine/index.js';
import type { Bench } from '../bench.js';
import { confirmed, type Fact, refuted, unclear } from '../fact.js';

/** What the first page of the listing shows. */
export function firstPage({ connector, window }: Bench, haul: Haul): Fact[] {
  return [fields(connector, haul), pageSize(connector, haul), bounds(connector, haul, window), order(haul)];
}

/** Of the first list that holds anything, where it takes several to see all calls. */
export async function readFirstPage({ connector, asker, window }: Bench): Promise<Haul> {
  const read = (cursor?: string) =>
    fetchPage(connector, asker, { ...window, cursor }, { withTranscripts: false, withDetails: false });
  let haul = await read();
  for (let list = 1; list < (connector.calls.parts?.length ?? 1); list++)
    if (listedOn(haul) === 0 && haul.next !== undefined) haul = await read(haul.next);
  return haul;
}

function listedOn({ calls, unusable, outside }: Haul): number {
  return calls.length + unusable.length + outside;
}

const told = {
  title: 'a title',
  durationSeconds: 'a duration',
  direction: 'a direction',
  link: 'a link',
  language: 'a language',
  participants: 'participants',
  recordings: 'recordings',
} as const satisfies Partial<Record<keyof CallDraft, string>>;

function fields({ calls: { call } }: Connector, { calls, unusable }: Haul): Fact {
  const fact = 'fields';
  const [broken] = unusable;
  const all = calls.length + unusable.length;
  if (broken !== undefined)
    return refuted(fact, `${unusable.length} of ${all} records cannot be read. ${broken.reason}`);
  if (all === 0 || call === undefined) return unclear(fact, 'There is no call to read.');
  const has = (name: keyof typeof told): number =>
    calls.filter(({ draft }) => draft[name] !== undefined && [draft[name]].flat().length > 0).length;
  const parts = Object.entries(told).map(([name, words]) => `${has(name as keyof typeof told)} ${words}`);
  return confirmed(fact, `All ${all} records can be read. Of them have ${parts.join(', ')}.`);
}

function pageSize({ calls: { pageSize: known, parts } }: Connector, haul: Haul): Fact {
  const fact = 'page size';
  const found = listedOn(haul);
  if (found > known) return refuted(fact, `A page holds ${found} calls; ${known} were known as the most.`);
  if (haul.next === undefined) return unclear(fact, `All of the window is on one page, with ${found} calls.`);
  if (found === known) return confirmed(fact, `A full page holds ${known} calls.`);
  if (parts !== undefined)
    return unclear(fact, `A page holds ${found} calls; with it, one of several lists may be over.`);
  return refuted(fact, `A page that others follow holds ${found} calls; ${known} were known.`);
}

/** Calls at the very edge are nobody's mistake. */
const edge = 2;

function bounds({ calls: { marginHours } }: Connector, { calls, outside }: Haul, { from, to }: Window): Fact {
  const fact = 'window';
  if (calls.length + outside === 0) return unclear(fact, `There are no calls between ${from} and ${to}.`);
  const says = `${calls.length} calls lie inside of what was asked for, ${outside} outside`;
  if (outside <= edge) return confirmed(fact, `${says}.`);
  if (marginHours !== undefined) return unclear(fact, `${says}; the filter compares another time than the start.`);
  return refuted(fact, `${says}.`);
}

function order({ calls }: Haul): Fact {
  const fact = 'order';
  const starts = calls.map(({ draft }) => Date.parse(draft.startedAt));
  if (starts.length < 3) return unclear(fact, 'There are too few calls to tell.');
  const rises = starts.slice(1).map((start, i) => Math.sign(start - (starts[i] ?? start)));
  if (rises.every(sign => sign <= 0)) return confirmed(fact, 'Newest first. Nothing depends on it.');
  if (rises.every(sign => sign >= 0)) return confirmed(fact, 'Oldest first. Nothing depends on it.');
  return unclear(fact, 'Calls are not in the order of their starts. Nothing depends on it.');
}
