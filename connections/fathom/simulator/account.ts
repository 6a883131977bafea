import { dice, digest, pick, type SimulatorOptions } from '#connector';

/** The company and its meetings, known by position, the earliest first. All else is worked out when somebody asks. */
export interface Account {
  readonly seed: number;
  readonly options: SimulatorOptions;
  readonly domain: string;
  readonly members: readonly Member[];
  /** Who is shown to whoever lists them now. */
  listed(revealed: boolean): readonly Member[];
  idOf(position: number): number;
  positionOf(id: number): number | undefined;
  /** Epoch milliseconds. */
  startOf(position: number): number;
  secondsOf(position: number): number;
  /** When the meeting was entered: some minutes after it ended. */
  enteredOf(position: number): number;
  hostOf(position: number): Member;
  isOdd(quirk: string): boolean;
  /** Positions that anybody can see now. */
  visible(revealed: boolean): readonly number[];
}
export interface Member {
  readonly name: string;
  readonly email: string;
  readonly createdAt: string;
}

const names = [
  'Ada Lovelace',
  'Grace Hopper',
  'Zoë Müller',
  '田中 健太',
  'Priya Natarajan',
  "Siobhán O'Neill",
] as const;

export function openAccount(options: SimulatorOptions): Account {
  const seed = digest(`${options.account}/${options.seed}`);
  const domain = `${options.account.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.example`;
  const [from, to] = [Date.parse(options.from), Date.parse(options.to)];
  const each = (to - from) / Math.max(1, options.calls);
  const first = 100_000_000 + (dice(seed, 0, 1) % 800_000_000);
  const late = new Set(options.late);
  const odd = new Set(options.quirks);
  const at = (where: string) =>
    Array.from({ length: 12 }, (_, index) => ({
      name: pick(names, dice(seed, index, 2)),
      email: `member.${index}@${where}`,
      createdAt: new Date(from - index * 86_400_000).toISOString(),
    }));
  const members = at(domain);
  const startOf = (position: number): number =>
    from + Math.floor((position * each + (dice(seed, position, 3) % 1_000) * 0.001 * each) / 1_000) * 1_000;
  const secondsOf = (position: number): number => 300 + (dice(seed, position, 4) % 3_300);
  const enteredOf = (position: number): number =>
    startOf(position) + secondsOf(position) * 1_000 + (dice(seed, position, 5) % 600) * 1_000;
  return {
    ...{ seed, options, domain, members, startOf, secondsOf, enteredOf },
    isOdd: quirk => odd.has(quirk),
    listed(revealed) {
      const all = odd.has('no-members') ? [] : at(odd.has('public-mail') ? 'gmail.com' : domain);
      return revealed && odd.has('moves-domain') ? [...all.slice(0, 3), ...at(`new-${domain}`).slice(3)] : all;
    },
    idOf: position => first + position * 7,
    positionOf(id) {
      const position = (id - first) / 7;
      return Number.isInteger(position) && position >= 0 && position < options.calls ? position : undefined;
    },
    hostOf: position => members[dice(seed, position, 6) % members.length] as Member,
    visible: revealed =>
      Array.from({ length: options.invisible ? 0 : options.calls }, (_, position) => position).filter(
        position =>
          (revealed || !late.has(position)) && (options.now === undefined || enteredOf(position) <= options.now()),
      ),
  };
}
