import { StartupProblem } from '../../core/startup-problem.js';
import { plain } from '../plain.js';
import { type Act, type HubWish, Misunderstood, type Terminal } from './act.js';
import { alerts } from './alerts.js';
import { connections } from './connections.js';
import { hubHelp } from './help.js';
import { imports } from './imports.js';
import { outbox } from './outbox.js';
import { HubAway, HubRefused, reachHub } from './reach-hub.js';
import { syncs } from './syncs.js';

const verbs: Readonly<Record<string, Readonly<Record<string, Act>>>> = { connections, imports, syncs, alerts, outbox };

type Said = Partial<
  Record<'hub' | 'customer' | 'connection' | 'contact' | 'endpoint' | 'limit' | 'for' | 'from' | 'to', string>
> & {
  /** The verb and what stands behind it. */
  readonly words: readonly string[];
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly show?: boolean;
  readonly state?: string | undefined;
  readonly status?: string | undefined;
};

/** @returns the exit code */
export async function runHub(
  env: Readonly<Record<string, string | undefined>>,
  said: Said,
  terminal: Terminal,
): Promise<number> {
  const [verb = '', word = 'list', ...ids] = said.words;
  const acts = verbs[verb] ?? {};
  const act = Object.hasOwn(acts, word) ? acts[word] : undefined;
  if (act === undefined) {
    terminal.say(`${plain(`There is no act "${word}" on ${verb}.`)}\n\n${hubHelp}`);
    return 1;
  }
  try {
    const wish = wishOf(said, ids);
    if (wish.dryRun && act !== outbox.replay) throw new Misunderstood('--dry-run only goes with outbox replay.');
    const hub = await reachHub(env, said.hub);
    try {
      return await act(hub, wish, terminal);
    } finally {
      await hub.close();
    }
  } catch (error) {
    const isTold = [StartupProblem, HubRefused, HubAway, Misunderstood].some(kind => error instanceof kind);
    if (!isTold) throw error;
    terminal.say(`${(error as Error).message}\n`);
    return 1;
  }
}

const longestPage = 100;

function wishOf(said: Said, ids: readonly string[]): HubWish {
  const { json, dryRun, show = false, customer, connection, contact, endpoint, for: duration, from, to } = said;
  const limit = Number(said.limit ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > longestPage)
    throw new Misunderstood(`--limit must be a whole number from 1 to ${longestPage}.`);
  const states = (said.state ?? said.status)?.toUpperCase().replaceAll('-', '_').split(',');
  return { ids, json, dryRun, show, customer, connection, contact, endpoint, states, limit, for: duration, from, to };
}
