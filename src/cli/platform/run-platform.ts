import type { Connector } from '#connector';
import { connectorFor, discover } from '../../catalog/index.js';
import { readConfig } from '../../config.js';
import { CallerError, PlatformError } from '../../core/errors.js';
import { StartupProblem } from '../../core/startup-problem.js';
import { createEgress } from '../../infra/egress.js';
import { openLog } from '../../infra/log.js';
import { openBench } from './bench.js';
import { checkPlatform } from './check-platform.js';
import type { Environment } from './from-environment.js';
import { platformHelp } from './help.js';
import { judgeEvent } from './judge-event.js';
import { jsonText, plain } from '../plain.js';
import { report } from './report.js';
import { setUpInWords, subscriptions } from './subscriptions.js';
import { openWayIn } from './way-in.js';

export interface PlatformWish {
  /** What to do, with which platform, and what else was said. */
  readonly words: readonly string[];
  readonly json: boolean;
  readonly days?: string | undefined;
  readonly url?: string | undefined;
  readonly headers?: string | undefined;
  readonly body?: string | undefined;
  readonly at?: string | undefined;
  readonly secretFile?: string | undefined;
}

export type Tell = (text: string) => void;

/** @returns the exit code */
export async function runPlatform(env: Environment, wish: PlatformWish, tell: Tell): Promise<number> {
  const [act, id, ...rest] = wish.words;
  const acts = ['check', 'subscriptions', 'event'];
  if (act === undefined || id === undefined || !acts.includes(act) || (act !== 'subscriptions' && rest.length > 0)) {
    tell(`Say what to do with which platform.\n\n${platformHelp}`);
    return 1;
  }
  try {
    const connector = connectorFor({ connectors: await discover() }, id);
    if (act === 'event') return await judgeEvent(connector, env, wish, tell);
    if (act === 'subscriptions' && rest.length === 0 && connector.webhooks?.setUp.by !== 'hub') {
      tell(`${setUpInWords(connector)}\n`);
      return 0;
    }
    return await withAccount(connector, env, wish, tell);
  } catch (error) {
    if (error instanceof StartupProblem) tell(`${error.message}\n`);
    else if (error instanceof CallerError || error instanceof PlatformError)
      tell(`${error.code}: ${plain(`${error.message} ${error.remedy ?? ''}`)}\n`);
    else throw error;
    return 1;
  }
}

const defaultDays = 30;

async function withAccount(connector: Connector, env: Environment, wish: PlatformWish, tell: Tell): Promise<number> {
  const [act, , ...rest] = wish.words;
  const days = Number(wish.days ?? defaultDays);
  if (!Number.isInteger(days) || days < 1 || days > 3_650)
    throw new StartupProblem('--days must be a whole number from 1 to 3650.');
  const config = readConfig(env);
  const egress = createEgress({ allow: config.egressAllow, log: openLog('silent') });
  const means = { config, egress, clock: { now: () => new Date() } };
  try {
    const bench = openBench(connector, await openWayIn(connector, env, means), means, days);
    if (act === 'subscriptions') return await subscriptions(bench, rest, wish, tell);
    const facts = await checkPlatform(bench);
    const isWell = facts.every(({ state }) => state !== 'refuted') && facts[0]?.state === 'confirmed';
    const { id: platform } = connector.manifest;
    tell(wish.json ? `${jsonText({ ok: isWell, platform, facts }, 2)}\n` : report(bench, facts));
    return isWell ? 0 : 1;
  } finally {
    await egress.close();
  }
}
