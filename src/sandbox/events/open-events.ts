/**
 * The platform's own voice: what it tells by itself as time passes, to whoever has subscribed, signed as it signs. Events go wrong on
 * purpose, and everything that was sent or kept back is written down, so that a test can tell what a receiver could have known.
 */
import { chance, digest, type SimulatedReceiver, type SimulatedWebhooks, type Telling } from '#connector';
import type { Accounts } from '../open-accounts.js';
import { deliver, meetsChallenge } from './deliver.js';
import { type EventFaults, noEventFaults, readEventFaults } from './event-faults.js';
import type { EventEntry, SandboxEvents } from './sandbox-events.js';

export interface Voice {
  readonly webhooks: SimulatedWebhooks;
  readonly accounts: Pick<Accounts, 'each'>;
  /** Absent: time does not pass, and nothing comes about. */
  readonly now: (() => number) | undefined;
  readonly seed: number;
  readonly faults: Partial<EventFaults>;
}

interface Due {
  readonly telling: Telling;
  readonly kind: EventEntry['kind'];
  readonly isLate: boolean;
  /** In the platform's time. */
  readonly dueAt: number;
  readonly tries: number;
}

export function openEvents({ webhooks, accounts, now, seed, faults: given }: Voice): SandboxEvents {
  let faults = readEventFaults(given, noEventFaults);
  let receiver: Omit<SimulatedReceiver, 'url'> | undefined;
  const entered: SimulatedReceiver[] = [];
  const entries: EventEntry[] = [];
  let waiting: Due[] = [];
  let toldUntil = now?.() ?? 0;
  let telling: Promise<void> = Promise.resolve();
  // Making one may take a while, and few platforms need it.
  const keys = (): SimulatedReceiver['keys'] => (receiver ??= { keys: [webhooks.newKey()] }).keys;

  const tellNow = async (): Promise<void> => {
    if (now === undefined) return;
    const stretch = { after: toldUntil, until: now(), entered };
    toldUntil = stretch.until;
    accounts.each(simulator => {
      for (const one of simulator.tell?.(stretch) ?? []) waiting.push(...drawn(one));
    });
    const due = waiting.filter(({ dueAt }) => dueAt <= stretch.until).toSorted((a, b) => a.dueAt - b.dueAt);
    waiting = waiting.filter(one => !due.includes(one));
    await Promise.all(due.map(one => send(one, stretch.until)));
  };
  return {
    kept: () => keys()[0].kept,
    async enter(url) {
      const address = { url, keys: keys() };
      if (!(await meetsChallenge(webhooks, address))) throw new Error(`Nobody at ${url} meets the challenge.`);
      entered.push(address);
    },
    tell: () => (telling = telling.then(tellNow, tellNow)),
    setFaults(wanted) {
      faults = readEventFaults(wanted, faults);
      return faults;
    },
    ledger: () => entries,
  };

  /** What becomes of an event: nothing, itself, or itself and another one like it. */
  function drawn(one: Telling): readonly Due[] {
    if (chanceOf(one, 'drop') < faults.drop) {
      entries.push({ ...told(one), kind: 'dropped', isLate: false });
      return [];
    }
    const hold = (purpose: string): number => one.at + chanceOf(one, purpose) * faults.lateSeconds * 1_000;
    const isLate = chanceOf(one, 'late') < faults.late;
    const first: Due = { telling: one, kind: 'sent', isLate, dueAt: isLate ? hold('hold') : one.at, tries: 0 };
    if (chanceOf(one, 'duplicates') >= faults.duplicates) return [first];
    return [first, { telling: one, kind: 'repeated', isLate: true, dueAt: hold('again'), tries: 0 }];
  }

  function chanceOf({ id }: Telling, purpose: string): number {
    return chance(digest(id), seed, digest(purpose));
  }

  async function send({ telling: one, kind, isLate, tries }: Due, toldAt: number): Promise<void> {
    const sentAt = Date.now();
    const status = await deliver(webhooks, one);
    entries.push({ ...told(one), kind, isLate, sentAt, toldAt, status });
    const minutes = webhooks.retryMinutes?.[tries];
    if (minutes === undefined || (status !== 0 && status < 500)) return;
    waiting.push({
      ...{ telling: one, kind: 'tried again', isLate: true, tries: tries + 1 },
      dueAt: toldAt + minutes * 60_000,
    });
  }
}

function told({ id, about, url, event, at }: Telling): Pick<EventEntry, 'id' | 'about' | 'url' | 'event' | 'at'> {
  return { id, about, url, event, at };
}
