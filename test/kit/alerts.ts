import type { HubOptions } from '../../src/app.js';
import { lookAround } from '../../src/alerts/watch/look-around.js';
import type { House } from '../../src/scope.js';
import { type TestHub, testHub } from './hub.js';
import { setTime } from './syncs.js';

/** A hub in which nobody looks for trouble but when the test says so. */
export interface WatchedHub extends TestHub {
  readonly house: House;
  /** Looks once, after business time has gone on by so many minutes. */
  look(minutesLater?: number): Promise<void>;
  /** Looks once, at this business time. */
  at(time: string): Promise<void>;
  /** Business time goes on by so many minutes. */
  pass(minutes: number): Promise<void>;
  /** What business time is. */
  now(): Date;
}

export const minuteMs = 60_000;

export async function watchedHub(
  env: Readonly<Record<string, string>> = {},
  options: HubOptions = {},
): Promise<WatchedHub> {
  let house: House | undefined;
  const hub = await testHub(env, {
    ...options,
    watch: false,
    wrap: own => {
      house = options.wrap?.(own) ?? own;
      return house;
    },
  });
  const seen = house as House;
  let now = Date.now();
  const pass = (minutes: number): Promise<void> => {
    now += minutes * minuteMs;
    return setTime(hub, now);
  };
  return Object.assign(hub, {
    house: seen,
    now: () => new Date(now),
    pass,
    async at(time: string) {
      now = Date.parse(time);
      await this.look();
    },
    async look(minutesLater = 0) {
      await pass(minutesLater);
      if (!(await lookAround(seen.houseScope(new AbortController().signal)))) throw new Error('Somebody else looks.');
    },
  });
}

export const alertFields = `id kind severity owner state problem remedy linkId details since openedAt acknowledgedBy snoozedUntil
  resolvedAt resolvedBy partOf unstable importsWaiting syncsWaiting connection { id } customerId platform`;

// biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
export type SeenAlert = any;

/** Alerts of a customer, newest first; without states those that are open or acknowledged. */
export async function alertsOf(
  hub: Pick<TestHub, 'ask'>,
  customerId: string | null,
  states: readonly string[] | null = null,
): Promise<SeenAlert[]> {
  const document = `query ($c: ID, $states: [AlertState!]) { alerts(customerId: $c, states: $states, first: 100) { nodes { ${alertFields} } } }`;
  return (await hub.ask(document, { c: customerId, states })).alerts.nodes;
}
