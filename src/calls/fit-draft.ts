import type { CallDraft, ParticipantDraft } from '#connector';

const longestText = 1_000;
const longestLink = 4_000;
const mostMs = 2 ** 31 - 1;

/** Texts that are shown have bounds, and end in `…` where they were cut. The document keeps all of them. */
export function fitDraft(draft: CallDraft): CallDraft {
  const { durationMs, title, link, language, participants } = draft;
  return {
    ...draft,
    // An integer of the database holds 24 days of them; the seconds say enough of what is longer.
    durationMs: durationMs !== undefined && durationMs > mostMs ? undefined : durationMs,
    title: fitText(title),
    // Half an address leads nowhere.
    link: link !== undefined && link.length > longestLink ? undefined : link,
    language: fitText(language),
    participants: participants.some(isLong) ? participants.map(fitParticipant) : participants,
  };
}

function isLong({ name, email, phone, speakerId }: ParticipantDraft): boolean {
  return [name, email, phone, speakerId].some(text => text !== undefined && text.length > longestText);
}

function fitParticipant(participant: ParticipantDraft): ParticipantDraft {
  const { name, email, phone, speakerId } = participant;
  return {
    ...participant,
    ...{ name: fitText(name), email: fitText(email), phone: fitText(phone), speakerId: fitText(speakerId) },
  };
}

function fitText(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= longestText) return text;
  return `${text.slice(0, longestText - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
