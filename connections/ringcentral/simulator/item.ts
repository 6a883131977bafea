import { chance, dice, digits, pick } from '#connector';
import type { Account, Extension } from './account.js';

export const platform = 'https://platform.ringcentral.com';
const media = 'https://media.ringcentral.com';

/** One record of the call log. */
export function recordItem(account: Account, position: number, detailed: boolean) {
  const { seed, options } = account;
  const id = account.idOf(position);
  const kind = account.kindOf(position);
  const legs = legsOf(account, position);
  const [first] = legs;
  const item: Record<string, unknown> = {
    uri: `${platform}/restapi/v1.0/account/${account.id}/call-log/${id}?view=${detailed ? 'Detailed' : 'Simple'}`,
    id,
    sessionId: digits(dice(seed, position, 10), 10),
    ...first,
    ...(kind === 'voicemail' && { message: messageOf(account, position) }),
    ...(detailed && {
      lastModifiedTime: new Date(account.startOf(position) + account.lengthMsOf(position) + 5_000).toISOString(),
      legs: legs.map((leg, index) => ({
        ...leg,
        legType: index > 0 ? 'TransferCall' : 'Accept',
        ...(index === 0 && { master: true }),
      })),
    }),
  };
  // Nobody promises the field of what the log does not count.
  if (!detailed) delete item.billing;
  const broken = options.broken?.indexOf(position) ?? -1;
  if (broken % 3 === 0) delete item.startTime;
  if (broken % 3 === 1) item.startTime = 'yesterday';
  if (broken % 3 === 2) item.duration = 'an hour';
  return item;
}

/** Who was on which leg, the customer first; a call that is transferred has two. */
export function speakersOf(account: Account, position: number, leg: number): readonly [Party, Party] {
  const { seed, extensions } = account;
  const at = (index: number): Extension => extensions[index % extensions.length] as Extension;
  const own = at(dice(seed, position, 12) + leg);
  const party = { extensionId: own.id, extensionNumber: own.number, name: own.name };
  if (account.kindOf(position) === 'internal') {
    const other = at(dice(seed, position, 12) + 1);
    return [{ extensionId: other.id, extensionNumber: other.number, name: other.name }, party];
  }
  // Whoever withholds their number is an empty object.
  const withheld = isInbound(account, position) && position % 9 === 4;
  const phoneNumber = `+4420${digits(dice(seed, position, 13), 8)}`;
  return [withheld ? {} : { phoneNumber, name: 'WIRELESS CALLER' }, { phoneNumber: own.phone, ...party }];
}

export interface Party {
  readonly phoneNumber?: string;
  readonly extensionId?: string;
  readonly extensionNumber?: string;
  readonly name?: string;
}

function isInbound(account: Account, position: number): boolean {
  return ['missed', 'voicemail'].includes(account.kindOf(position)) || chance(account.seed, position, 14) < 0.5;
}

function legsOf(account: Account, position: number): readonly Readonly<Record<string, unknown>>[] {
  const kind = account.kindOf(position);
  const lengthMs = account.lengthMsOf(position);
  const start = account.startOf(position);
  return Array.from({ length: kind === 'transfer' ? 2 : 1 }, (_, leg) => {
    const [other, own] = speakersOf(account, position, leg);
    const inbound = isInbound(account, position);
    const recording = account.recordingOf(position, leg);
    const isRecorded = account.recorded(recording) !== undefined;
    return {
      startTime: new Date(start + (leg * lengthMs) / 2).toISOString(),
      duration: Math.floor(lengthMs / 1_000),
      durationMs: lengthMs,
      type: 'Voice',
      internalType: kind === 'internal' ? 'Local' : 'LongDistance',
      direction: inbound ? 'Inbound' : 'Outbound',
      action: leg > 0 ? 'Transfer' : kind === 'internal' ? 'VoIP Call' : 'Phone Call',
      result: results[kind] ?? (inbound ? 'Accepted' : 'Call connected'),
      from: inbound ? other : own,
      to: inbound ? own : other,
      extension: {
        uri: `${platform}/restapi/v1.0/account/${account.id}/extension/${own.extensionId}`,
        id: Number(own.extensionId),
      },
      telephonySessionId: account.sessionOf(position),
      partyId: `p-${account.sessionOf(position)}-${leg + 1}`,
      transport: kind === 'internal' ? 'VoIP' : 'PSTN',
      billing: { costIncluded: 0, costPurchased: 0 },
      ...(kind === 'short' && { shortRecording: true }),
      ...(isRecorded && { recording: recordingItem(account, recording, position) }),
    };
  });
}

const results: Readonly<Partial<Record<string, string>>> = { missed: 'Missed', voicemail: 'Voicemail' };

function recordingItem(account: Account, id: string, position: number) {
  const path = `/restapi/v1.0/account/${account.id}/recording/${id}`;
  const type = pick(['Automatic', 'OnDemand'], dice(account.seed, position, 15));
  return { uri: platform + path, id, type, contentUri: `${media}${path}/content` };
}

function messageOf(account: Account, position: number) {
  const id = digits(dice(account.seed, position, 16), 10);
  return {
    uri: `${platform}/restapi/v1.0/account/${account.id}/extension/~/message-store/${id}`,
    id,
    type: 'VoiceMail',
  };
}
