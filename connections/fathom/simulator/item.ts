import { chance, dice, pick } from '#connector';
import type { Account, Member } from './account.js';

const companies = ['Initech', 'Globex', 'Umbrella & Søn', 'Soylent "Foods"'] as const;
const phrases = [
  'Thanks for making the time today.',
  'Let me share my screen: "Pricing", page 3, [draft] {v2}.',
  'We would need that by the end of the quarter.',
  'Können wir das bis Ende März schaffen? 大丈夫です。',
  'Who else has to sign this off?',
] as const;

export function memberItem({ name, email, createdAt }: Member) {
  return { name, email, created_at: createdAt };
}

export function meetingItem(account: Account, position: number, withTranscript: boolean): Record<string, unknown> {
  const { seed, options } = account;
  const id = account.idOf(position);
  const start = account.startOf(position);
  const end = start + account.secondsOf(position) * 1_000;
  const host = account.hostOf(position);
  const internal = isInternal(account, position);
  const scheduled = start - (dice(seed, position, 10) % 180) * 1_000;
  const item: Record<string, unknown> = {
    title: internal ? `Weekly of ${host.name}` : `${host.name} / ${pick(companies, dice(seed, position, 11))}`,
    meeting_title: position % 5 === 0 ? null : `Meeting ${position}`,
    meeting_type: position % 3 === 0 ? 'Discovery' : null,
    recording_id: id,
    url: `https://fathom.video/calls/${id}`,
    share_url: `https://fathom.video/share/${dice(seed, position, 12).toString(36)}`,
    meeting_url: position % 4 === 0 ? null : `https://zoom.us/j/${dice(seed, position, 13)}`,
    created_at: iso(account.enteredOf(position)),
    scheduled_start_time: iso(scheduled),
    scheduled_end_time: iso(scheduled + 1_800_000),
    recording_start_time: iso(start),
    recording_end_time: iso(end),
    calendar_invitees_domains_type: internal ? 'only_internal' : 'one_or_more_external',
    shared_with: pick(['no_teams', 'single_team', 'all_teams'] as const, dice(seed, position, 14)),
    transcript_language: chance(seed, position, 15) < 0.8 ? 'en' : 'de',
    calendar_invitees: inviteesOf(account, position),
    recorded_by: { name: host.name, email: host.email, email_domain: account.domain, team: 'Sales' },
    ...(withTranscript && { transcript: transcriptOf(account, position) }),
  };
  const broken = options.broken?.indexOf(position) ?? -1;
  if (broken >= 0) spoil(item, broken);
  return item;
}

function isInternal(account: Account, position: number): boolean {
  return chance(account.seed, position, 16) < 0.2;
}

/** On ad hoc calls there is nobody but the owner. */
function inviteesOf(account: Account, position: number) {
  const host = account.hostOf(position);
  const owner = inviteeItem(host.name, host.email, account.domain);
  if (position % 9 === 8) return [owner];
  const colleague = account.members[(position + 5) % account.members.length] as Member;
  const guest = isInternal(account, position)
    ? inviteeItem(colleague.name, `second.${colleague.email}`, account.domain)
    : inviteeItem('Peter Gibbons', `peter.${position}@initech.example`, account.domain);
  return [owner, guest];
}

function inviteeItem(name: string, email: string, home: string) {
  const domain = email.split('@')[1] ?? '';
  return {
    name,
    email,
    email_domain: domain,
    is_external: domain !== home,
    matched_speaker_display_name: name,
  };
}

/** Empty where nothing was written down. */
export function transcriptOf(account: Account, position: number) {
  const { seed, options } = account;
  if (chance(seed, position, 20) < (options.withoutTranscript ?? 0)) return [];
  const people = inviteesOf(account, position);
  const count = 24 + (dice(seed, position, 21) % 30);
  const each = account.secondsOf(position) / count;
  return Array.from({ length: count }, (_, line) => {
    const roll = dice(seed, position * 64 + line, 22);
    const speaker = people[roll % people.length];
    return {
      speaker: {
        display_name: speaker?.name ?? 'Speaker 1',
        matched_calendar_invitee_email: roll % 7 === 0 ? null : (speaker?.email ?? null),
      },
      text: pick(phrases, roll >>> 4),
      timestamp: clock(Math.floor(line * each)),
    };
  });
}

/** What the papers do not allow: no start, a start that is no time, no id. */
function spoil(item: Record<string, unknown>, kind: number): void {
  if (kind % 3 === 0) delete item.recording_start_time;
  if (kind % 3 === 1) item.recording_start_time = 'yesterday';
  if (kind % 3 === 2) delete item.recording_id;
}

function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

function clock(seconds: number): string {
  return [seconds / 3_600, (seconds / 60) % 60, seconds % 60]
    .map(part => String(Math.floor(part)).padStart(2, '0'))
    .join(':');
}
