import { dice, pick } from '#connector';
import type { Account } from './account.js';
import { castOf, iso } from './call.js';

const phrases = [
  'Hello, how can I help?',
  'I am calling about the invoice: "No. 17", page 2, [draft] {v3}.',
  'Können Sie das bis Freitag schicken? 大丈夫です。',
  'Let me put you through to a colleague.',
  'Thank you, that was all.',
] as const;

/** The file that a transcript's address leads to. Of somebody outside nothing is said but the channel. */
export function fileOf(account: Account, position: number, number: number): Record<string, unknown> {
  const { seed } = account;
  const { isInternal, agent, other, second } = castOf(account, position);
  const parts = account.recordingsOf(position).length;
  const length = Math.floor((account.secondsOf(position) * 1_000) / parts);
  const start = account.startOf(position) + number * length;
  const lines = 10 + (dice(seed, position, 30) % 20);
  const each = Math.floor(length / lines);
  const ours = number === 1 && second !== undefined ? second.extension : agent.extension;
  const theirs = isInternal ? (other.ext_number ?? '') : '';
  return {
    type: 'zoom_transcript',
    ver: 1,
    recording_id: account.recordingsOf(position)[number],
    meeting_id: '',
    account_id: account.id,
    host_id: agent.id,
    recording_start: iso(Math.floor(start / 1_000) * 1_000),
    recording_end: iso(Math.floor((start + length) / 1_000) * 1_000),
    timeline: Array.from({ length: lines }, (_, line) => {
      const roll = dice(seed, position * 64 + line, 31 + number);
      const text = pick(phrases, roll >>> 4);
      const isOurs = roll % 2 === 0;
      return {
        ...{ text, raw_text: text.toLowerCase(), ts: clock(line * each), end_ts: clock(line * each + each * 0.9) },
        ...{ users: [], userId: isOurs ? ours : theirs, userIds: [], channelMark: isOurs ? 'L' : 'R' },
      };
    }),
  };
}

function clock(ms: number): string {
  const part = (value: number, length: number) => String(Math.floor(value)).padStart(length, '0');
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1_000) % 60];
  return `${part(hours, 2)}:${part(minutes, 2)}:${part(seconds, 2)}.${part(ms % 1_000, 3)}`;
}
