import { chance, dice, digest, digits, pick, type SimulatorOptions } from '#connector';

/**
 * The account: who works there, and when its calls took place.
 *
 * Calls are known by position, the earliest first. Only their start times are kept; all the rest of a
 * call is worked out from its position when somebody asks, so 100,000 calls cost less than a megabyte.
 */
export interface Account {
  readonly seed: number;
  readonly options: SimulatorOptions;
  /** Epoch milliseconds by position, ascending. */
  readonly starts: Float64Array;
  readonly users: readonly [User, ...User[]];
  readonly workspaces: readonly [Workspace, Workspace];
  idOf(position: number): string;
  /** Undefined when the account has no such call. */
  positionOf(id: string): number | undefined;
}
export interface User {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly emailAddress: string;
  readonly phoneNumber: string;
  readonly title: string;
  /** Minutes that local time is ahead of UTC. */
  readonly offset: number;
}
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

export function openAccount(options: SimulatorOptions): Account {
  const seed = digest(`${options.account}/${options.seed}`);
  return {
    seed,
    options,
    starts: startTimes(seed, options),
    users: people(seed, options),
    workspaces: [
      { id: `6${digits(dice(seed, 1, 90), 9)}81`, name: 'Sales', description: `Sales calls of ${options.account}` },
      { id: `6${digits(dice(seed, 2, 90), 9)}82`, name: 'Customer Success', description: 'Calls after the sale' },
    ],
    ...callIds(seed, options.calls),
  };
}

const tails = 10_000_000;
const step = 7_654_321;

/**
 * Ids of 20 digits as the platform has them, in no order. All calls of an account differ in the last
 * seven digits only, so whoever reads an id as a number sees a few calls instead of all.
 */
function callIds(seed: number, calls: number): Pick<Account, 'idOf' | 'positionOf'> {
  const head = `1${digits(dice(seed, 0, 91), 6).replace(/^[89]/, '7')}${digits(dice(seed, 1, 91), 6)}`;
  const shift = dice(seed, 2, 91) % tails;
  const back = inverse(step);
  return {
    idOf: position => head + digits((position * step + shift) % tails, 7),
    positionOf(id) {
      if (!/^\d{20}$/.test(id) || !id.startsWith(head)) return undefined;
      const position = (((Number(id.slice(13)) - shift + tails) % tails) * back) % tails;
      return position < calls ? position : undefined;
    },
  };
}

/** The number that undoes a multiplication by `factor` among the tails (Euclid). */
function inverse(factor: number): number {
  let [a, b, x, y] = [factor, tails, 1, 0];
  while (b !== 0) {
    const times = Math.floor(a / b);
    [a, b, x, y] = [b, a - times * b, y, x - times * y];
  }
  return ((x % tails) + tails) % tails;
}

const hour = 3_600_000;

/** More calls in working hours than at night, hardly any at weekends; ascending, in whole seconds. */
function startTimes(seed: number, options: SimulatorOptions): Float64Array {
  const from = Date.parse(options.from);
  const to = Date.parse(options.to);
  const total = loadBefore(to) - loadBefore(from);
  const starts = new Float64Array(options.calls);
  let at = from;
  let reached = 0;
  for (let position = 0; position < options.calls; position++) {
    const wanted = ((position + chance(seed, position, 1)) / options.calls) * total;
    for (;;) {
      const end = Math.min(to, (Math.floor(at / hour) + 1) * hour);
      const load = (busy(at) * (end - at)) / hour;
      if (reached + load >= wanted || end >= to) break;
      reached += load;
      at = end;
    }
    const exact = at + ((wanted - reached) / busy(at)) * hour;
    starts[position] = Math.min(Math.max(from, Math.floor(exact / 1000) * 1000), to - 1);
  }
  return starts;
}

/** How busy the hour is that holds this moment. */
function busy(at: number): number {
  const date = new Date(at);
  const weekend = date.getUTCDay() % 6 === 0;
  const working = date.getUTCHours() >= 7 && date.getUTCHours() < 21;
  return weekend ? 0.05 : working ? 1 : 0.1;
}

const loadOfWeek = 5 * (14 + 10 * 0.1) + 2 * 24 * 0.05;
const week = 7 * 24 * hour;

function loadBefore(at: number): number {
  const weeks = Math.floor(at / week);
  let load = weeks * loadOfWeek;
  for (let t = weeks * week; t < at; t += hour) load += busy(t) * Math.min(1, (at - t) / hour);
  return load;
}

export const names = [
  ['Ada', 'Lovelace', 'ada.lovelace'],
  ['Grace', 'Hopper', 'grace.hopper'],
  ['Zoë', 'Müller', 'zoe.mueller'],
  ['Łukasz', 'Wójcik', 'lukasz.wojcik'],
  ['健太', '田中', 'kenta.tanaka'],
  ['Priya', 'Natarajan', 'priya.natarajan'],
  ['Siobhán', "O'Neill", 'siobhan.oneill'],
  ['José', 'García', 'jose.garcia'],
  ['Mary', 'Jackson', 'mary.jackson'],
  ['Chukwuemeka', 'Okafor', 'emeka.okafor'],
  ['Nils', 'Ångström', 'nils.angstroem'],
  ['Dorothy "Dot"', 'Vaughan', 'dot.vaughan'],
  ['Amélie', 'Durand', 'amelie.durand'],
] as const;

const titles = ['Account Executive', 'Sales Engineer', 'Customer Success Manager', 'SDR', 'VP Sales'] as const;
const offsets = [-480, -300, 0, 60, 330, 540] as const;

function people(seed: number, options: SimulatorOptions): readonly [User, ...User[]] {
  const user = (index: number): User => {
    const [firstName, lastName, address] = pick(names, dice(seed, index, 92));
    return {
      id: `${2 + (index % 7)}${digits(dice(seed, index, 93), 9)}${digits(index, 8)}`,
      firstName,
      lastName,
      emailAddress: `${address}.${index}@${options.account.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.example`,
      phoneNumber: `+1415555${digits(index, 4)}`,
      title: pick(titles, dice(seed, index, 94)),
      offset: pick(offsets, dice(seed, index, 95)),
    };
  };
  const count = Math.min(250, Math.max(8, Math.ceil(options.calls / 50)));
  return [user(0), ...Array.from({ length: count - 1 }, (_, index) => user(index + 1))];
}
