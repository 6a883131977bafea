import type { Role } from '../../src/core/role.js';
import { askOverHttp, askOverSocket, type RawAnswer } from './ask.js';
import type { Errand, Slot } from './documents.js';
import { legible } from './foreign-bytes.js';
import { type How, identities } from './how.js';
import type { Values } from './world.js';

/** Something that must not be, and where. */
export interface Finding {
  /** The query, mutation or subscription. */
  readonly coordinate: string;
  /** Names on the way to the value, or `errors`. */
  readonly where: string;
  readonly what:
    | 'shows foreign bytes'
    | 'tells foreign from absent'
    | 'changes foreign rows'
    | 'fails'
    | 'is open to the wrong role';
}

/** Who walks, and with what in hand. */
export interface Walker {
  readonly url: string;
  readonly role: Role | 'nobody';
  readonly key: string | undefined;
  readonly own: Values;
  readonly foreign: Values;
  readonly absent: Values;
  /** In lower case. Nothing of this may be shown. */
  readonly foreignTexts: readonly string[];
  /** Asks each thing once, where nothing is foreign. */
  readonly brief?: boolean;
  /** Changes whenever a foreign row does. */
  foreignRows(): Promise<string>;
  /** Makes news of the thing with this id, as the bus carries it. */
  provoke(id: string): Promise<unknown>;
}

export interface Walk {
  readonly findings: Finding[];
  /** Values that came back, by the names on the way to them. */
  readonly answers: { readonly errand: Errand; readonly data: unknown }[];
  /** Slots that were tried with everything they can take. */
  readonly tried: Set<string>;
}

type Choice = 'own' | 'foreign' | 'absent';

export async function walk(errands: readonly Errand[], how: How, walker: Walker): Promise<Walk> {
  const result: Walk = { findings: [], answers: [], tried: new Set() };
  // Reading first: what is done later must not disturb what is compared.
  for (const errand of errands) await walkErrand(errand, how, walker, result);
  return result;
}

async function walkErrand(errand: Errand, how: How, walker: Walker, { findings, answers, tried }: Walk): Promise<void> {
  const { coordinate, slots } = errand;
  const report = (what: Finding['what'], where = ''): void => {
    const same = findings.some(each => each.coordinate === coordinate && each.what === what && each.where === where);
    if (!same) findings.push({ coordinate, where, what });
  };
  const judge = (answer: RawAnswer): RawAnswer => {
    answers.push({ errand, data: answer.data });
    for (const where of shown(answer, walker.foreignTexts)) report('shows foreign bytes', where);
    if (answer.codes.includes('INTERNAL')) report('fails');
    if (isOpen(answer) !== isFor(how, coordinate, walker.role)) report('is open to the wrong role');
    return answer;
  };
  const run = async (variables: Record<string, unknown>): Promise<RawAnswer> =>
    judge(await ask(errand, walker, variables));
  /** Foreign and absent must come to the same. */
  const compare = async (choose: (choice: 'foreign' | 'absent') => Record<string, unknown>): Promise<void> => {
    const before = await walker.foreignRows();
    const foreign = await run(choose('foreign'));
    if ((await walker.foreignRows()) !== before) report('changes foreign rows');
    const absent = await run(choose('absent'));
    const same = withoutAsked(foreign.text, walker.foreign) === withoutAsked(absent.text, walker.absent);
    // What was done both times answers with what is new.
    const done = errand.operation === 'mutation' && foreign.codes.length + absent.codes.length === 0;
    if (!same && !done) report('tells foreign from absent');
  };

  const bare = (slot: Slot): Choice | undefined => (slot.required ? 'own' : undefined);
  const identity = slots.filter(isIdentity);
  if (walker.foreignTexts.length > 0) {
    for (const slot of identity)
      await compare(choice => fill(errand, walker, each => (each === slot ? choice : bare(each))));
    if (identity.length > 1)
      await compare(choice => fill(errand, walker, each => (identity.includes(each) ? choice : bare(each))));
  }
  // Required slots come along every time; doing the same again would tell nothing new.
  const asked = new Map<string, Record<string, unknown>>();
  for (const slot of walker.brief === true ? [undefined] : [undefined, ...slots]) {
    const values = slot !== undefined && 'values' in slot.takes ? slot.takes.values : [undefined];
    for (const n of values.keys()) {
      const variables = fill(errand, walker, each => (each === slot ? 'own' : bare(each)), n);
      asked.set(JSON.stringify(variables), variables);
    }
    if (slot !== undefined) tried.add(slot.coordinate);
  }
  if (errand.operation === 'mutation') {
    // What is done may be refused for reasons of its own.
    for (const variables of asked.values()) await run(variables);
    return;
  }
  // Listening takes its time and changes nothing.
  const atOnce = errand.operation === 'subscription' ? asked.size : 1;
  const left = [...asked.values()];
  while (left.length > 0)
    // One's own things can be asked for.
    for (const answer of await Promise.all(left.splice(0, atOnce).map(variables => ask(errand, walker, variables))))
      if (judge(answer).codes.length > 0 && isFor(how, coordinate, walker.role)) report('fails');
}

function ask(errand: Errand, walker: Walker, variables: Record<string, unknown>): Promise<RawAnswer> {
  const { url, key, provoke } = walker;
  if (errand.operation !== 'subscription') return askOverHttp(url, key, errand.text, variables);
  const ids = Object.values(variables).filter(value => typeof value === 'string');
  return askOverSocket(url, key, errand.text, variables, () => Promise.all(ids.map(provoke)));
}

function isIdentity({ takes }: Slot): boolean {
  return 'kind' in takes && identities.some(kind => kind === takes.kind);
}

/** @param n which of a slot's fixed values. */
export function fill(
  { slots }: Errand,
  walker: Pick<Walker, Choice>,
  choose: (slot: Slot) => Choice | undefined,
  n = 0,
): Record<string, unknown> {
  const variables: Record<string, unknown> = {};
  for (const slot of slots) {
    const choice = choose(slot);
    if (choice === undefined) continue;
    const value =
      'kind' in slot.takes ? walker[choice][slot.takes.kind] : slot.takes.values[n % slot.takes.values.length];
    const [variable, ...inner] = slot.path;
    const last = inner.pop();
    if (last === undefined) variables[variable] = value;
    else {
      let place = (variables[variable] ??= {}) as Record<string, unknown>;
      for (const step of inner) place = (place[step] ??= {}) as Record<string, unknown>;
      place[last] = value;
    }
  }
  return variables;
}

/** Where foreign texts stand in an answer. */
function shown({ text, data }: RawAnswer, foreign: readonly string[]): string[] {
  if (foreign.length === 0) return [];
  const whole = legible(text);
  const found = foreign.filter(each => whole.includes(each));
  if (found.length === 0) return [];
  const places = new Set<string>();
  const search = (value: unknown, path: readonly string[]): void => {
    if (typeof value === 'string' && found.some(each => legible(value).includes(each))) places.add(path.join('.'));
    if (Array.isArray(value)) value.forEach(inner => search(inner, path));
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) search(inner, [...path, name]);
  };
  search(data, []);
  return places.size === 0 ? ['errors'] : [...places];
}

function isOpen({ codes }: RawAnswer): boolean {
  return !codes.includes('FORBIDDEN') && !codes.includes('UNAUTHENTICATED');
}

function isFor({ mayAsk }: How, coordinate: string, role: Walker['role']): boolean {
  return mayAsk[coordinate]?.some(each => each === role) ?? false;
}

/** Nor what is reckoned from the present moment. */
function withoutAsked(text: string, asked: Values): string {
  const still = text.replaceAll(/"expectedFinishAt":"[^"]*"/g, '');
  return identities.reduce((rest, kind) => rest.replaceAll(String(asked[kind]), '<asked>'), still);
}
