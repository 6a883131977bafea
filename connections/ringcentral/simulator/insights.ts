import { dice, pick } from '#connector';
import type { Account } from './account.js';
import { speakersOf } from './item.js';

const phrases = [
  'Thank you for calling.',
  'Let me put you through to somebody who knows.',
  'Das müsste ich intern klären. 大丈夫です。',
  'Could you send me that in writing?',
] as const;

/** What was worked out for one recording; undefined where nothing was. Only the transcript, unless more is asked for. */
export function insightsOf(account: Account, { position, leg }: { readonly position: number; readonly leg: number }) {
  const kind = account.kindOf(position);
  if (kind === 'unanalysed') return undefined;
  const { seed } = account;
  const legs = kind === 'transfer' ? 2 : 1;
  const lengthMs = Math.floor(account.lengthMsOf(position) / legs);
  const start = account.startOf(position) + leg * lengthMs;
  const [other, own] = speakersOf(account, position, leg);
  const speakers = [other, own].map((party, index) => ({
    speakerId: `p-${account.sessionOf(position)}-${2 * leg + index + 1}`,
    ...(party.name !== undefined && { name: party.name }),
    ...(party.extensionId !== undefined && { accountId: account.id, extensionId: party.extensionId }),
    ...(party.phoneNumber !== undefined && { phoneNumber: party.phoneNumber }),
  }));
  const count = kind === 'wordless' ? 0 : 12 + (dice(seed, position, 21) % 20);
  const each = lengthMs / 1_000 / Math.max(1, count);
  return {
    title: `Call with ${other.name ?? 'an unknown caller'}`,
    rsRecordUri: `https://ringsense.ringcentral.com/calls/${account.recordingOf(position, leg)}`,
    domain: 'pbx',
    sourceRecordId: account.recordingOf(position, leg),
    sourceSessionId: account.sessionOf(position),
    callDirection: 'Inbound',
    ownerExtensionId: own.extensionId,
    recordingDurationMs: lengthMs,
    recordingStartTime: new Date(start).toISOString(),
    creationTime: new Date(start + 3_600_000).toISOString(),
    lastModifiedTime: new Date(start + 3_600_000).toISOString(),
    speakerInfo: speakers,
    insights: {
      ...(count > 0 && {
        Transcript: Array.from({ length: count }, (_, line) => {
          const roll = dice(seed, position * 64 + line, 22 + leg);
          const begin = line * each;
          return {
            speakerId: speakers[roll % 2]?.speakerId,
            text: pick(phrases, roll >>> 4),
            start: Math.round(begin * 100) / 100,
            end: Math.round((begin + each * 0.9) * 100) / 100,
          };
        }),
      }),
    },
  };
}
