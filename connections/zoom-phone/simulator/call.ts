import { chance, dice, digits, pick } from '#connector';
import type { Account, User } from './account.js';

/** A side of a call, as rows and elements spell it with `caller_` or `callee_` in front. */
type Side = Readonly<Record<string, string | undefined>>;

/** Who rang whom, who took it up, and whom it was handed to. */
export interface Cast {
  readonly isInbound: boolean;
  readonly isInternal: boolean;
  readonly agent: User;
  /** The other one: a colleague, or somebody outside. */
  readonly other: Side;
  /** Where the call went in, when that was no person. */
  readonly queue: Side | undefined;
  readonly second: User | undefined;
}

const outsiders = ['Peter Gibbons', 'Milton Waddams', undefined, 'Søren Åkesson'] as const;

export function castOf(account: Account, position: number): Cast {
  const { seed, users } = account;
  const user = (purpose: number, shift = 0) => users[(dice(seed, position, purpose) + shift) % users.length] as User;
  const isInternal = chance(seed, position, 20) < 0.15;
  const isInbound = !isInternal && chance(seed, position, 21) < 0.6;
  return {
    ...{ isInternal, isInbound, agent: user(22) },
    other: isInternal ? sideOf(user(22, 5)) : outside(account, position),
    queue: isInbound && position % 5 === 1 ? queue : undefined,
    second: position % 7 === 3 ? user(22, 3) : undefined,
  };
}

const queue: Side = { ext_id: 'queue-sales', ext_number: '800', name: 'Sales queue', ext_type: 'call_queue' };

function sideOf({ extensionId, extension, name, email, number }: User): Side {
  return {
    ...{ ext_id: extensionId, did_number: number, ext_number: extension, name, email, ext_type: 'user' },
    ...{ number_type: 'zoom_pstn', device_type: 'MAC_Client(6.0.2.33403)', country_iso_code: 'US', country_code: '1' },
  };
}

function outside({ seed }: Account, position: number): Side {
  const number = `+4420${digits(70_000_000 + (dice(seed, position, 23) % 9_000_000), 8)}`;
  const name = pick(outsiders, dice(seed, position, 24));
  return { did_number: number, name, number_type: 'external_pstn', country_iso_code: 'GB', country_code: '44' };
}

function named(role: 'caller' | 'callee', side: Side): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(side).map(([key, value]) => [`${role}_${key}`, value]));
}

export function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

/** One row of the call history. Calls of which a part was handed on directly share their number with the one before. */
export function rowOf(account: Account, position: number): Record<string, unknown> {
  const { isInbound, isInternal, agent, other, queue: entry } = castOf(account, position);
  const start = account.startOf(position);
  const seconds = account.secondsOf(position);
  const [caller, callee] = isInbound ? [other, entry ?? sideOf(agent)] : [sideOf(agent), other];
  const row: Record<string, unknown> = {
    call_history_uuid: account.idOf(position),
    call_id: callId(account, position),
    direction: isInbound ? 'inbound' : 'outbound',
    international: !isInternal,
    start_time: iso(start),
    answer_time: iso(start + 6_000),
    end_time: iso(start + seconds * 1_000),
    duration: seconds,
    connect_type: isInternal ? 'internal' : 'external',
    call_type: 'general',
    call_result: 'answered',
    hide_caller_id: false,
    end_to_end: false,
    ...named('caller', caller),
    ...named('callee', callee),
    site_id: 'BpCTBMRARBefUrprildVqw',
    site_name: 'Main Site',
    recording_status: account.recordingsOf(position).length > 0 ? 'recorded' : 'non_recorded',
  };
  const broken = account.options.broken?.indexOf(position) ?? -1;
  if (broken % 3 === 0) delete row.start_time;
  if (broken % 3 === 1) row.start_time = 'yesterday';
  if (broken % 3 === 2) row.duration = 'an hour';
  return row;
}

function callId({ seed }: Account, position: number): string {
  const shared = position % 11 === 10 ? position - 1 : position;
  return `70${digits(dice(seed, 1, 25), 8)}${digits(shared, 9)}`;
}

/** What became of the call on its way: who was rung, who took it up, whom it was handed to. */
export function detailOf(account: Account, position: number): Record<string, unknown> {
  const { call_history_uuid, duration: _, recording_status: __, ...row } = rowOf(account, position);
  const { isInbound, agent, other, queue: entry, second } = castOf(account, position);
  const recordings = account.recordingsOf(position);
  const [caller, callee] = isInbound ? [other, sideOf(agent)] : [sideOf(agent), other];
  const element = (number: number, more: Readonly<Record<string, unknown>>) => ({
    ...without(row, /^call(er|ee)_|^international$|^call_result$/),
    call_element_id: `${String(call_history_uuid).slice(0, 9)}e${number}-${digits(position, 12)}`,
    ...{ segment: number, node: 0, is_node: 1, hold_time: 0, waiting_time: 4 },
    ...more,
  });
  const recorded = (number: number) =>
    recordings[number] === undefined ? {} : { recording_id: recordings[number], recording_type: 'automatic' };
  const elements = [
    ...(entry === undefined
      ? []
      : [element(0, { ...named('caller', other), ...named('callee', entry), event: 'incoming', result: 'no_answer' })]),
    element(1, {
      ...{ ...named('caller', caller), ...named('callee', callee), ...recorded(0), result: 'answered' },
      event: entry === undefined ? (isInbound ? 'incoming' : 'outgoing') : 'ring_to_member',
    }),
    ...(second === undefined
      ? []
      : [
          element(2, {
            ...{ ...named('caller', other), ...named('callee', sideOf(second)), ...recorded(1), result: 'connected' },
            // A warm transfer is a call of its own in the same row.
            ...{ event: 'warm_transfer', call_id: `71${String(row.call_id).slice(2)}` },
          }),
        ]),
  ];
  // The head of it says less of the two sides than the row does.
  const head = without(row, /^call(er|ee)_(number|device|country)_|^call(er|ee)_country|^call_result$/);
  return { id: call_history_uuid, call_history_uuid, ...head, call_elements: elements };
}

export function without(from: Readonly<Record<string, unknown>>, names: RegExp): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !names.test(name)));
}
