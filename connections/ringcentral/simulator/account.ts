import { chance, dice, digest, digits, lateRecordingMs, pick, type SimulatorOptions } from '#connector';

/** The company and its calls, known by position, the earliest first. All else is worked out when somebody asks. */
export interface Account {
  readonly seed: number;
  readonly options: SimulatorOptions;
  readonly id: string;
  readonly company: string;
  readonly extensions: readonly Extension[];
  idOf(position: number): string;
  /** Of the telephony, `s-…`. */
  sessionOf(position: number): string;
  /** The first leg has the number 0. */
  recordingOf(position: number, leg: number): string;
  /** The call and leg that a recording belongs to. */
  recorded(recording: string): { readonly position: number; readonly leg: number } | undefined;
  /** Epoch milliseconds. */
  startOf(position: number): number;
  lengthMsOf(position: number): number;
  kindOf(position: number): Kind;
  isOdd(quirk: string): boolean;
  /** What comes late is there. */
  settle(): void;
  /** Positions that anybody can see now. */
  visible(revealed: boolean): readonly number[];
}

export interface Extension {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly phone: string;
}

/** The last five have no transcript: nobody came, a message was left, too short to keep, not looked at, nobody spoke. */
export type Kind = 'plain' | 'internal' | 'transfer' | (typeof silent)[number];
const silent = ['missed', 'voicemail', 'short', 'unanalysed', 'wordless'] as const;

const names = ['Ada Lovelace', 'Grace Hopper', 'Zoë Müller', '田中 健太', 'Priya Natarajan'] as const;
const recordedOnly: readonly string[] = ['missed', 'voicemail', 'short'];

export function openAccount(options: SimulatorOptions): Account {
  const seed = digest(`${options.account}/${options.seed}`);
  const [from, to] = [Date.parse(options.from), Date.parse(options.to)];
  const each = (to - from) / Math.max(1, options.calls);
  const late = new Set(options.late);
  const accountId = `8${digits(seed, 9)}`;
  const extensions = Array.from({ length: 9 }, (_, index) => ({
    id: `6${digits(dice(seed, index, 1), 9)}`,
    number: String(101 + index),
    name: pick(names, dice(seed, index, 2)),
    phone: `+1650555${digits(dice(seed, index, 3), 4)}`,
  }));
  const within = (position: number): number | undefined =>
    position >= 0 && position < options.calls && Number.isInteger(position) ? position : undefined;
  const hex = (position: number): string => dice(seed, position, 4).toString(16).padStart(8, '0');
  const sessionOf = (position: number): string => `s-${hex(position)}z${digits(position, 9)}z0000`;
  const kindOf = (position: number): Kind => {
    if (chance(seed, position, 5) < (options.withoutTranscript ?? 0)) return pick(silent, dice(seed, position, 6));
    return pick(['plain', 'plain', 'transfer', 'plain', 'internal', 'plain'], dice(seed, position, 6));
  };
  const odd = new Set(options.quirks);
  let isSettled = !odd.has('late-recordings');
  const startOf = (position: number): number => from + Math.floor((position + chance(seed, position, 7)) * each);
  const lengthMsOf = (position: number): number => {
    const kind = kindOf(position);
    if (kind === 'missed') return 0;
    const roll = dice(seed, position, 11);
    return kind === 'short' || kind === 'voicemail' ? 4_000 + (roll % 20_000) : 90_000 + (roll % 1_800_000);
  };
  const hasEnded = (position: number, agoMs = 0): boolean =>
    options.now === undefined || startOf(position) + lengthMsOf(position) + agoMs <= options.now();
  const isThere = (position: number): boolean =>
    isSettled || position % 2 === 0 || (options.now !== undefined && hasEnded(position, lateRecordingMs));
  return {
    ...{ seed, options, id: accountId, company: `${options.account} Inc.`, extensions, sessionOf, kindOf },
    ...{ startOf, lengthMsOf },
    idOf: position => `A${hex(position)}-${digits(position, 9)}U`,
    recordingOf: (position, leg) => `2${digits(position, 9)}${leg}008`,
    recorded(recording) {
      const [, call = '', leg = ''] = /^2(\d{9})(\d)008$/.exec(recording) ?? [];
      const position = call === '' ? undefined : within(Number(call));
      if (position === undefined || recordedOnly.includes(kindOf(position))) return undefined;
      if (!isThere(position)) return undefined;
      return Number(leg) < (kindOf(position) === 'transfer' ? 2 : 1) ? { position, leg: Number(leg) } : undefined;
    },
    isOdd: quirk => odd.has(quirk),
    settle: () => {
      isSettled = true;
    },
    visible: revealed =>
      Array.from({ length: options.invisible ? 0 : options.calls }, (_, position) => position).filter(
        position => (revealed || !late.has(position)) && hasEnded(position),
      ),
  };
}
