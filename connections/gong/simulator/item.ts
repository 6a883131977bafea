import { type Account, names, type User } from './account.js';
import { chance, dice, digits, pick } from '#connector';

/** One call as the listing writes it, every part included; `select` takes parts away. */
export interface CallItem {
  readonly metaData: Record<string, unknown>;
  readonly context: readonly unknown[];
  readonly parties: readonly Record<string, unknown>[];
  readonly media: Readonly<Record<string, string>>;
}

/** Documents in the pool of transcripts. */
export const documents = 64;

/** Which document of the pool holds what was said on this call. */
export function documentOf(account: Account, position: number): number {
  return dice(account.seed, position, 2) % documents;
}

/** How long the conversation in a document of the pool takes, in seconds. */
export function secondsOf(account: Account, document: number): number {
  return 900 + (dice(account.seed, document, 3) % 2400);
}

export function hostOf(account: Account, position: number): User {
  return account.users[dice(account.seed, position, 4) % account.users.length] ?? account.users[0];
}

export function workspaceOf(account: Account, position: number): string {
  return account.workspaces[chance(account.seed, position, 5) < 0.85 ? 0 : 1].id;
}

/** Epoch milliseconds. Meetings begin a little after, sometimes before, their time; other calls have none. */
export function scheduledAt(account: Account, position: number): number | undefined {
  if (directionOf(account, position) !== 'Conference') return undefined;
  return startOf(account, position) - ((dice(account.seed, position, 6) % 300) - 60) * 1000;
}

/** No call is scheduled further than this from its start, in milliseconds. */
export const longestDelay = 300_000;

/** Ids of the parties' voices in the order of the parties, silent ones left out; all 19 digits long. */
export function speakersOf(account: Account, position: number): readonly string[] {
  return Array.from({ length: partiesOf(account, position) }, (_, slot) => slot)
    .filter(slot => !isSilent(account, position, slot))
    .map(slot => speakerId(account, position, slot));
}

export function callItem(account: Account, position: number): CallItem {
  const id = account.idOf(position);
  const host = hostOf(account, position);
  const company = pick(companies, dice(account.seed, position, 7));
  const metaData = metaDataOf(account, position, id, host, company);
  const kind = account.options.broken?.indexOf(position) ?? -1;
  if (kind >= 0) spoil(metaData, kind);
  const media = `https://media.example/${id}`;
  return {
    metaData,
    context: [
      { system: 'Salesforce', objects: [{ objectType: 'Account', objectId: salesforceId(account, position) }] },
    ],
    parties: Array.from({ length: partiesOf(account, position) }, (_, slot) =>
      party(account, position, slot, host, company),
    ),
    media:
      metaData.media === 'Video'
        ? { audioUrl: `${media}/audio.mp3?signature=sandbox`, videoUrl: `${media}/video.mp4?signature=sandbox` }
        : { audioUrl: `${media}/audio.mp3?signature=sandbox` },
  };
}

const companies = ['Initech', 'Globex', 'Umbrella & Søn', 'Soylent "Foods"', 'Tyrell', 'Wayne Österreich'] as const;
const meetings = ['Zoom', 'Microsoft Teams', 'Google Meet', 'WebEx'] as const;
const dialers = ['Outreach', 'Salesloft', 'Dialpad', 'Aircall', 'ShoreTel'] as const;
const purposes = ['Discovery', 'Demo Call', 'Negotiation', 'Weekly check-in', 'Onboarding', 'Renewal'] as const;
const others = ['spa', 'fre', 'ger', 'ita', 'jpn', 'por', 'und', 'zxx'] as const;

function directionOf(account: Account, position: number): 'Conference' | 'Inbound' | 'Outbound' | 'Unknown' {
  const roll = chance(account.seed, position, 8);
  if (roll < 0.7) return 'Conference';
  if (roll < 0.995) return roll < 0.9 ? 'Outbound' : 'Inbound';
  return 'Unknown';
}

function startOf(account: Account, position: number): number {
  return account.starts[position] ?? 0;
}

function metaDataOf(account: Account, position: number, id: string, host: User, company: string) {
  const roll = dice(account.seed, position, 9);
  const direction = directionOf(account, position);
  const meeting = direction === 'Conference';
  const scheduled = scheduledAt(account, position);
  const purpose = pick(purposes, roll);
  const language = chance(account.seed, position, 10) < 0.8 ? 'eng' : pick(others, roll >>> 8);
  const metaData: Record<string, unknown> = {
    id,
    url: `https://app.gong.io/call?id=${id}`,
    title: meeting ? `${purpose}: ${company} & ${host.firstName}` : `Call with ${company}`,
    ...(scheduled === undefined ? {} : { scheduled: local(scheduled, host.offset) }),
    started: local(startOf(account, position), host.offset),
    duration: secondsOf(account, documentOf(account, position)) + (roll % 30),
    primaryUserId: host.id,
    direction,
    system: meeting ? pick(meetings, roll >>> 4) : pick(dialers, roll >>> 4),
    scope: isInternal(account, position) ? 'Internal' : 'External',
    media: meeting && roll % 20 !== 0 ? 'Video' : 'Audio',
    language,
    workspaceId: workspaceOf(account, position),
    purpose,
    isPrivate: false,
    clientUniqueId: `${digits(roll, 8)}-${digits(position, 8)}`,
  };
  if (meeting) metaData.meetingUrl = `https://meet.example/${digits(dice(account.seed, position, 11), 9)}`;
  if (!meeting) metaData.sdrDisposition = 'Got the gatekeeper';
  return metaData;
}

function isInternal(account: Account, position: number): boolean {
  return directionOf(account, position) === 'Conference' && chance(account.seed, position, 12) < 0.1;
}

function partiesOf(account: Account, position: number): number {
  if (directionOf(account, position) !== 'Conference') return 2;
  return 2 + (dice(account.seed, position, 13) % 3) + (chance(account.seed, position, 14) < 0.1 ? 1 : 0);
}

/** The first two always speak. */
function isSilent(account: Account, position: number, slot: number): boolean {
  return slot > 1 && dice(account.seed, position, 20 + slot) % 5 === 0;
}

function speakerId(account: Account, position: number, slot: number): string {
  return `${1 + (slot % 9)}${digits(dice(account.seed, position, 30 + slot), 9)}${digits(position * 8 + slot, 9)}`;
}

/** The host comes first in no more than half of all calls; the platform promises no order. */
function party(account: Account, position: number, slot: number, host: User, company: string): Record<string, unknown> {
  const hostSlot = dice(account.seed, position, 15) % 2;
  const colleague = slot !== hostSlot && (isInternal(account, position) || slot === 3);
  const user = slot === hostSlot ? host : colleague ? hostOf(account, position + slot + 1) : undefined;
  const id = `${3 + slot}${digits(dice(account.seed, position, 50 + slot), 9)}${digits(position * 8 + slot, 9)}`;
  const silent = isSilent(account, position, slot);
  return {
    id,
    ...(user ? colleagueFacts(user) : guestFacts(account, position, slot, company)),
    ...(silent ? {} : { speakerId: speakerId(account, position, slot) }),
    methods: silent ? ['Invitee'] : slot === 2 ? ['Attendee'] : ['Invitee', 'Attendee'],
  };
}

function colleagueFacts(user: User) {
  return {
    emailAddress: user.emailAddress,
    name: `${user.firstName} ${user.lastName}`,
    title: user.title,
    userId: user.id,
    affiliation: 'Internal',
  };
}

function guestFacts(account: Account, position: number, slot: number, company: string) {
  const [first, last, address] = pick(names, dice(account.seed, position, 60 + slot));
  const phone = directionOf(account, position) !== 'Conference';
  const domain = company
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z]/g, '');
  return {
    name: `${first} ${last}`,
    ...(phone && slot % 2 === 0 ? {} : { emailAddress: `${address}@${domain}.example` }),
    ...(phone ? { phoneNumber: `+4420${digits(dice(account.seed, position, 70 + slot), 8)}` } : {}),
    ...(slot === 1 ? { title: 'Head of Purchasing' } : {}),
    affiliation: slot === 4 ? 'Unknown' : 'External',
    context: [
      { system: 'Salesforce', objects: [{ objectType: 'Contact', objectId: salesforceId(account, position + slot) }] },
    ],
  };
}

function salesforceId(account: Account, index: number): string {
  return `0013${digits(dice(account.seed, index, 16), 8)}AAC`;
}

/** What the platform's papers do not allow: no start, a start that is no time, a duration in words. */
function spoil(metaData: Record<string, unknown>, kind: number): void {
  if (kind % 3 === 0) delete metaData.started;
  if (kind % 3 === 1) metaData.started = 'yesterday';
  if (kind % 3 === 2) metaData.duration = 'about an hour';
}

/** ISO 8601 with the offset of the place, as the platform writes it. */
function local(at: number, offset: number): string {
  const shifted = new Date(at + offset * 60_000).toISOString().replace('.000Z', 'Z');
  if (offset === 0) return shifted;
  const ahead = Math.abs(offset);
  return `${shifted.slice(0, -1)}${offset < 0 ? '-' : '+'}${digits(Math.floor(ahead / 60), 2)}:${digits(ahead % 60, 2)}`;
}
