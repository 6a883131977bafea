import { dice, digest, digits, pick, type SimulatorOptions } from '#connector';

/** The workspace and its recordings, known by position, the earliest first. All else is worked out when somebody asks. */
export interface Account {
  readonly seed: number;
  readonly options: SimulatorOptions;
  readonly domain: string;
  readonly users: readonly User[];
  /** Who is shown to whoever lists them now. */
  listed(revealed: boolean): readonly User[];
  isOdd(quirk: string): boolean;
  idOf(position: number): string;
  positionOf(id: string): number | undefined;
  /** Epoch milliseconds. */
  startOf(position: number): number;
  lengthMsOf(position: number): number;
  /** Positions that anybody can see now. */
  visible(revealed: boolean): readonly number[];
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

export const names = ['Ada Lovelace', 'Grace Hopper', 'Zoë Müller', '田中 健太', 'Priya Natarajan'] as const;

export function openAccount(options: SimulatorOptions): Account {
  const seed = digest(`${options.account}/${options.seed}`);
  const domain = `${options.account.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.example`;
  const [from, to] = [Date.parse(options.from), Date.parse(options.to)];
  const each = (to - from) / Math.max(1, options.calls);
  const head = dice(seed, 0, 1).toString(16).padStart(8, '0');
  const late = new Set(options.late);
  const idOf = (position: number): string =>
    `${head}-${digits(dice(seed, position, 2), 4)}-4${digits(dice(seed, position, 3), 3)}-a000-${digits(position, 12)}`;
  const odd = new Set(options.quirks);
  const startOf = (position: number): number =>
    from + Math.floor(position * each + (dice(seed, position, 5) % 1_000) * 0.001 * each);
  const lengthMsOf = (position: number): number => 240_000 + (dice(seed, position, 6) % 3_000_000);
  const hasEnded = (position: number): boolean =>
    options.now === undefined || startOf(position) + lengthMsOf(position) <= options.now();
  const at = (where: string): readonly User[] =>
    Array.from({ length: 9 }, (_, index) => ({
      id: `${head}-0000-4000-b000-${digits(index, 12)}`,
      name: pick(names, dice(seed, index, 4)),
      email: `user.${index}@${where}`,
    }));
  return {
    ...{ seed, options, domain, idOf, startOf, lengthMsOf },
    users: at(domain),
    isOdd: quirk => odd.has(quirk),
    listed(revealed) {
      const users = odd.has('no-users') ? [] : at(odd.has('public-mail') ? 'gmail.com' : domain);
      return revealed && odd.has('moves-domain') ? [...users.slice(0, 2), ...at(`new-${domain}`).slice(2)] : users;
    },
    positionOf(id) {
      const position = Number(id.slice(-12));
      return position < options.calls && idOf(position) === id ? position : undefined;
    },
    visible: revealed =>
      Array.from({ length: options.invisible ? 0 : options.calls }, (_, position) => position).filter(
        position => (revealed || !late.has(position)) && hasEnded(position),
      ),
  };
}
