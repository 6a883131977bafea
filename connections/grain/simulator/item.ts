import { chance, dice, pick } from '#connector';
import { type Account, names } from './account.js';

const titles = [
  'Discovery',
  'Demo: "v2" [draft]',
  'Weekly',
  'Verlängerung – Müller & Söhne',
  'Pricing {final}',
] as const;
const phrases = [
  'Can everybody hear me?',
  'Let me show you what we changed.',
  'Das müsste ich intern klären. 大丈夫です。',
  'What would it take to start in May?',
] as const;

export function recordingItem(account: Account, position: number, include: Readonly<Record<string, unknown>>) {
  const { seed, options } = account;
  const id = account.idOf(position);
  const start = account.startOf(position);
  const length = account.lengthMsOf(position);
  const item: Record<string, unknown> = {
    id,
    title: pick(titles, dice(seed, position, 10)),
    url: `https://grain.com/share/recording/${id}`,
    thumbnail_url: null,
    source: pick(['zoom', 'meet', 'upload'] as const, dice(seed, position, 11)),
    media_type: position % 11 === 10 ? 'audio' : 'video',
    start_datetime: new Date(start).toISOString(),
    end_datetime: new Date(start + length).toISOString(),
    duration_ms: length,
    tags: [],
    teams: [],
    meeting_type: null,
    ...(include.participants === true && { participants: participantsOf(account, position) }),
  };
  const broken = options.broken?.indexOf(position) ?? -1;
  if (broken % 3 === 0) delete item.start_datetime;
  if (broken % 3 === 1) item.start_datetime = 'yesterday';
  if (broken % 3 === 2) item.duration_ms = 'an hour';
  return item;
}

function participantsOf(account: Account, position: number) {
  const { seed, users } = account;
  const host = users[dice(seed, position, 12) % users.length];
  const internal = chance(seed, position, 13) < 0.2;
  const guest = internal
    ? users[(dice(seed, position, 12) + 1) % users.length]
    : {
        id: `guest-${position}`,
        name: pick(names, dice(seed, position, 14)),
        email: `guest.${position}@globex.example`,
      };
  return [
    { id: `${host?.id}-${position}`, name: host?.name, email: host?.email, scope: 'internal' },
    {
      id: `${guest?.id}-${position}`,
      name: guest?.name,
      email: guest?.email,
      scope: internal ? 'internal' : 'external',
    },
  ];
}

/** Empty where there are no words. */
export function transcriptOf(account: Account, position: number) {
  const { seed, options } = account;
  if (chance(seed, position, 20) < (options.withoutTranscript ?? 0)) return [];
  const people = participantsOf(account, position);
  const count = 24 + (dice(seed, position, 21) % 30);
  const each = Math.floor(account.lengthMsOf(position) / count);
  return Array.from({ length: count }, (_, line) => {
    const roll = dice(seed, position * 64 + line, 22);
    const person = people[roll % people.length];
    const start = line * each;
    return {
      participant_id: person?.id,
      speaker: person?.name,
      text: pick(phrases, roll >>> 4),
      start,
      end: start + Math.floor(each * 0.9),
    };
  });
}
