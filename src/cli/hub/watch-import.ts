import { setTimeout as sleep } from 'node:timers/promises';
import { jsonText, plain } from '../plain.js';
import { type Act, Misunderstood, type Terminal } from './act.js';
import { type Progress, progressLine } from './progress-line.js';
import { HubAway, type HubAtHand } from './reach-hub.js';

const lookEveryMs = 500;
/** How often a line is written where nobody can see one move. */
const sayEveryMs = 5_000;
/** A hub that is being replaced is away for a moment; the import goes on meanwhile. */
const patienceMs = 120_000;

const document = `
  query ($id: ID!) {
    import(id: $id) {
      progress {
        status finished sequence found stored unusable percent callsPerSecond secondsLeft bindingLimit waitReason
        problem { code message remedy }
      }
    }
  }`;

/**
 * Follows an import to its end. It asks twice a second and does not subscribe, so that a hub which is replaced meanwhile is
 * followed into its next life.
 */
export const watchImport: Act = async (hub, wish, terminal) => {
  const [id, ...others] = wish.ids;
  if (id === undefined || others.length > 0) throw new Misunderstood('Say which import, by id.');
  let [last, said] = ['', -sayEveryMs];
  for await (const progress of progressOf(hub, id)) {
    const line = wish.json ? jsonText(progress) : progressLine(progress, terminal);
    const now = performance.now();
    const isDue = terminal.isLive || wish.json || progress.finished || now - said >= sayEveryMs;
    if (line !== last && isDue) {
      terminal.say(terminal.isLive && !wish.json ? `\r\u001b[K${line}` : `${line}\n`);
      [last, said] = [line, now];
    }
    if (progress.finished) return end(progress, terminal, wish.json);
  }
  return 1;
};

function end({ status, problem }: Progress, terminal: Terminal, json: boolean): number {
  if (terminal.isLive && !json) terminal.say('\n');
  if (problem !== null && !json) terminal.say(`${plain(`${problem.code}: ${problem.message} ${problem.remedy}`)}\n`);
  return status === 'FAILED' || status === 'CANCELLED' ? 1 : 0;
}

async function* progressOf(hub: HubAtHand, id: string): AsyncGenerator<Progress> {
  let heard = performance.now();
  for (;;) {
    try {
      const { import: seen } = await hub.ask<{ import: { progress: Progress } }>(document, { id });
      heard = performance.now();
      yield seen.progress;
    } catch (error) {
      if (!(error instanceof HubAway) || performance.now() - heard > patienceMs) throw error;
    }
    await sleep(lookEveryMs);
  }
}
