import type { Bench } from '../bench.js';
import { confirmed, type Fact, refuted, unclear } from '../fact.js';

/** What all answers together tell: how limits stand, and how late it is. */
export function answers(bench: Pick<Bench, 'connector' | 'answers'>): Fact[] {
  return [limitHeaders(bench), clock(bench)];
}

function limitHeaders({ connector: { http, limits }, answers: all }: Pick<Bench, 'connector' | 'answers'>): Fact {
  const fact = 'limit headers';
  const name = http.quotaHeaders?.limit;
  const known = [...new Set(limits.flatMap(({ requests, upTo = requests }) => [requests, upTo]))];
  if (name === undefined) {
    const others = new Set(all.flatMap(({ headers }) => Object.keys(headers)).filter(each => /rate-?limit/.test(each)));
    if (others.size === 0) return confirmed(fact, 'As was known, replies do not say how limits stand.');
    return unclear(fact, `Replies hold ${[...others].join(', ')}, which the connector does not read.`);
  }
  const told = [...new Set(all.flatMap(({ headers }) => headers[name]?.split(/[,;]/)[0]?.trim() ?? []))];
  if (told.length === 0) return refuted(fact, `No reply holds ${name}.`);
  const strange = told.filter(value => !known.includes(Number(value))).map(value => value.slice(0, 20));
  if (strange.length === 0) return confirmed(fact, `${name} tells ${told.join(', ')}, as was known.`);
  return refuted(
    fact,
    `${name} tells ${strange.join(', ')}; ${known.join(', ')} were known. The hub keeps to what it is told.`,
  );
}

const mostSeconds = 60;

function clock({ answers: all }: Pick<Bench, 'answers'>): Fact {
  const fact = 'clock';
  const apart = all.flatMap(({ headers, at }) => {
    const theirs = Date.parse(headers['date'] ?? '');
    return Number.isNaN(theirs) ? [] : [Math.abs(theirs - at) / 1_000];
  });
  if (apart.length === 0) return unclear(fact, 'Replies do not say how late it is.');
  const seconds = Math.round(Math.min(...apart));
  const says = `Theirs and ours are ${seconds} s apart.`;
  return seconds <= mostSeconds ? confirmed(fact, says) : refuted(fact, `${says} Set the clock of this machine.`);
}
