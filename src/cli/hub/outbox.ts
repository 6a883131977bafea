import { jsonText, plain } from '../plain.js';
import { type Act, Misunderstood } from './act.js';
import { onEach } from './on-each.js';
import type { HubAtHand } from './reach-hub.js';

const counted = `
  query ($endpointId: ID) {
    waitingMessages: deliveries(first: 1, endpointId: $endpointId, status: [WAITING]) { totalCount }
    deadMessages: deliveries(first: 1, endpointId: $endpointId, status: [DEAD]) { totalCount }
    waitingMails: mails(first: 1, status: [WAITING]) { totalCount }
    keptMails: mails(first: 1, status: [KEPT]) { totalCount }
    deadMails: mails(first: 1, status: [DEAD]) { totalCount }
    waitingNotices: notices(first: 1, statuses: [WAITING]) { totalCount }
    keptNotices: notices(first: 1, statuses: [KEPT]) { totalCount }
    deadNotices: notices(first: 1, statuses: [DEAD]) { totalCount }
  }`;

const count: Act = async (hub, { json, endpoint: endpointId }, terminal) => {
  const answer = await hub.ask<Record<string, { totalCount: number }>>(counted, { endpointId });
  const counts = Object.fromEntries(Object.entries(answer).map(([what, { totalCount }]) => [what, totalCount]));
  const of = (what: string): number => counts[what] ?? 0;
  if (json) terminal.say(`${jsonText(counts, 2)}\n`);
  else
    terminal.say(
      [
        `messages to endpoints: ${of('waitingMessages')} wait, ${of('deadMessages')} given up (outbox replay sends them again)`,
        `mails to contacts: ${of('waitingMails')} wait, ${of('keptMails')} kept for want of a mail server, ${of('deadMails')} given up (what they said is destroyed: make a new link)`,
        `notices: ${of('waitingNotices')} wait, ${of('keptNotices')} kept, ${of('deadNotices')} given up`,
        '',
      ].join('\n'),
    );
  return 0;
};

const replayed = onEach('replayDelivery', 'status');
const stretch = 'mutation ($input: ReplayChangesInput!) { replayChanges(input: $input) { queued } }';

const replay: Act = async (hub, wish, terminal) => {
  const { ids, endpoint: endpointId, from, to, json, dryRun } = wish;
  if (from === undefined && to === undefined) {
    const all = ids.length > 0 ? ids : await deadIds(hub, endpointId);
    if (all.length > 0 && !dryRun) return replayed(hub, { ...wish, ids: all }, terminal);
    const says = all.length === 0 ? 'Nothing was given up.' : `Would be sent again:\n${all.map(plain).join('\n')}`;
    terminal.say(json ? `${jsonText(all, 2)}\n` : `${says}\n`);
    return 0;
  }
  if (endpointId === undefined || from === undefined || ids.length > 0 || dryRun)
    throw new Misunderstood('A stretch of time is sent to one endpoint: --endpoint <id> --from <time> [--to <time>].');
  const { replayChanges } = await hub.ask<{ replayChanges: { queued: number } }>(stretch, {
    input: { endpointId, from, to },
  });
  terminal.say(json ? `${jsonText(replayChanges)}\n` : `${replayChanges.queued} messages are sent.\n`);
  return 0;
};

interface DeadPage {
  readonly deliveries: {
    readonly nodes: readonly { readonly id: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const dead = `
  query ($after: String, $endpointId: ID) {
    deliveries(first: 100, after: $after, endpointId: $endpointId, status: [DEAD]) {
      nodes { id } pageInfo { hasNextPage endCursor }
    }
  }`;

/** All that were given up, the oldest first: in the order in which they were to come. */
async function deadIds(hub: HubAtHand, endpointId: string | undefined): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const { deliveries }: DeadPage = await hub.ask<DeadPage>(dead, { after, endpointId });
    ids.push(...deliveries.nodes.map(({ id }) => id));
    if (!deliveries.pageInfo.hasNextPage) return ids.toReversed();
    after = deliveries.pageInfo.endCursor;
  }
}

export const outbox: Readonly<Record<string, Act>> = { list: count, replay };
