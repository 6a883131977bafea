import type { SimulatedReply, SimulatorDefinition } from '#connector';
import type { Fault, RetryAfterForm } from './faults.js';

/** "Slow down", as it goes out, and how long nobody may come after it. */
export interface Refusal {
  readonly reply: SimulatedReply;
  readonly forbiddenSeconds: number;
}

/** A platform that names no time can still expect that one takes a breath. */
const breathSeconds = 1;

/** The platform's own refusal when its limits are broken. */
export function refuse(platform: SimulatorDefinition, seconds: number, now: Date): Refusal {
  return { reply: platform.tooMany(seconds, now), forbiddenSeconds: seconds };
}

/** The refusal that a fault asks for, with its time in the form asked for; undefined for other faults. */
export function refusalOf(platform: SimulatorDefinition, fault: Fault, now: Date): Refusal | undefined {
  if (typeof fault !== 'object') return undefined;
  const { tooManyForSeconds: seconds, as } = fault;
  if (as === undefined) return refuse(platform, Math.ceil(seconds), now);
  const { text, forbiddenSeconds } = written(as, seconds, now);
  const { headers = {}, ...reply } = platform.tooMany(Math.ceil(seconds), now);
  const { 'retry-after': _, ...others } = headers;
  return {
    reply: { ...reply, headers: { ...others, ...(text !== undefined && { 'retry-after': text }) } },
    forbiddenSeconds,
  };
}

function written(
  as: RetryAfterForm,
  seconds: number,
  now: Date,
): { text: string | undefined; forbiddenSeconds: number } {
  switch (as) {
    case 'seconds':
      return { text: String(Math.ceil(seconds)), forbiddenSeconds: Math.ceil(seconds) };
    case 'decimal':
      return { text: seconds.toFixed(1), forbiddenSeconds: seconds };
    case 'date': {
      // The form knows whole seconds only.
      const until = Math.ceil(now.getTime() / 1_000 + seconds) * 1_000;
      return { text: new Date(until).toUTCString(), forbiddenSeconds: (until - now.getTime()) / 1_000 };
    }
    case 'past':
      return { text: new Date(now.getTime() - 3_600_000).toUTCString(), forbiddenSeconds: breathSeconds };
    case 'text':
      return { text: 'in a little while', forbiddenSeconds: breathSeconds };
    default:
      return { text: undefined, forbiddenSeconds: breathSeconds };
  }
}
