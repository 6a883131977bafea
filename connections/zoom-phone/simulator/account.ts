import { chance, dice, digest, digits, lateRecordingMs, pick, type SimulatorOptions } from '#connector';

/** The account and its calls, known by position, the earliest first. All else is worked out when somebody asks. */
export interface Account {
  readonly seed: number;
  readonly options: SimulatorOptions;
  readonly id: string;
  readonly domain: string;
  readonly users: readonly User[];
  /** Of the row in the call history: it begins with the day. */
  idOf(position: number): string;
  positionOf(id: string): number | undefined;
  /** Epoch milliseconds, in whole seconds. */
  startOf(position: number): number;
  secondsOf(position: number): number;
  /** When its recording is there, in epoch milliseconds: at its end, or later. Without one, when it would have been. */
  recordedAtOf(position: number): number;
  /** None for a call that was not recorded; two for one that was handed on. */
  recordingsOf(position: number): readonly string[];
  /** Whose recording this is, and the how-manieth of the call. */
  recordingAt(id: string): { readonly position: number; readonly number: number } | undefined;
  hasWords(position: number): boolean;
  /** Positions that anybody can see now. */
  visible(revealed: boolean): readonly number[];
  isOdd(quirk: string): boolean;
  /** What comes late is there. */
  settle(): void;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly extensionId: string;
  readonly extension: string;
  readonly number: string;
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
  const [from, to] = [Date.parse(options.from), Date.parse(options.to)];
  const each = (to - from) / Math.max(1, options.calls);
  const domain = `${options.account.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.example`;
  const late = new Set(options.late);
  const odd = new Set(options.quirks);
  const mark = (purpose: number) => dice(seed, 0, purpose).toString(16).padStart(8, '0');
  const tail = (position: number) => `${odd.has('slashed-ids') ? '/' : '-'}${digits(position, 12)}`;
  const startOf = (position: number): number =>
    from + Math.floor((position * each + (dice(seed, position, 3) % 1_000) * 0.001 * each) / 1_000) * 1_000;
  const idOf = (position: number): string => {
    const day = new Date(startOf(position)).toISOString().slice(0, 10).replaceAll('-', '');
    return `${day}-${mark(1)}-${digits(dice(seed, position, 2), 4)}-4a00-8000${tail(position)}`;
  };
  const wordless = options.withoutTranscript ?? 0;
  const unrecorded = (position: number) => chance(seed, position, 4) < wordless / 2;
  let isSettled = !odd.has('late-recordings');
  const secondsOf = (position: number): number => 90 + (dice(seed, position, 12) % 1_800);
  const endOf = (position: number): number => startOf(position) + secondsOf(position) * 1_000;
  const isPast = (at: number): boolean => options.now === undefined || at <= options.now();
  const isLate = (position: number): boolean => odd.has('late-recordings') && position % 2 === 1;
  const recordedAtOf = (position: number): number => endOf(position) + (isLate(position) ? lateRecordingMs : 0);
  const isThere = (position: number): boolean =>
    isSettled || !isLate(position) || (options.now !== undefined && isPast(recordedAtOf(position)));
  const recordingId = (position: number, number: number) =>
    `${mark(5)}${mark(6)}${digits(number, 4)}${digits(position, 12)}`;
  return {
    ...{ seed, options, domain, idOf, startOf },
    id: `${mark(7)}${mark(8)}`.slice(0, 12),
    users: Array.from({ length: 12 }, (_, index) => ({
      id: `${mark(9)}u${digits(index, 4)}`,
      name: pick(names, dice(seed, index, 10)),
      email: `user.${index}@${domain}`,
      extensionId: `${mark(11)}x${digits(index, 4)}`,
      extension: String(10_100 + index),
      number: `+1205555${digits(1_000 + index, 4)}`,
    })),
    positionOf(id) {
      const position = Number(id.slice(-12));
      return position < options.calls && idOf(position) === id ? position : undefined;
    },
    ...{ secondsOf, recordedAtOf },
    recordingsOf: position =>
      unrecorded(position) || !isThere(position)
        ? []
        : Array.from({ length: position % 7 === 3 ? 2 : 1 }, (_, number) => recordingId(position, number)),
    recordingAt(id) {
      const [position, number] = [Number(id.slice(-12)), Number(id.slice(16, 20))];
      const isKnown = position < options.calls && number < 2 && recordingId(position, number) === id;
      return isKnown ? { position, number } : undefined;
    },
    hasWords: position => chance(seed, position, 4) >= wordless,
    visible: revealed =>
      Array.from({ length: options.invisible ? 0 : options.calls }, (_, position) => position).filter(
        position => (revealed || !late.has(position)) && isPast(endOf(position)),
      ),
    isOdd: quirk => odd.has(quirk),
    settle: () => {
      isSettled = true;
    },
  };
}
