import type { Webhooks } from '#connector';
import { silentAfter } from '../runs/index.js';
import type { Hook, HookProblem } from './hook.entity.js';

export function isSilent({ silentPolls }: Pick<Hook, 'silentPolls'>): boolean {
  return silentPolls >= silentAfter;
}

export const silence: HookProblem = {
  code: 'PLATFORM_CHANGED',
  message: 'The platform no longer tells of calls: several polls in a row found calls of which it had told nothing.',
  remedy:
    'Nothing is lost, since calls are polled. See at the platform whether what sends the events is still there and switched on.',
};

/** Whether events arrive, as far as anybody knows. */
export function isAlive(setUp: Webhooks['setUp'], hook: Hook, app: Hook | null, now: Date): boolean {
  return !isSilent(hook) && isSetUp(setUp, hook, app, now);
}

/** Whether the platform is to send events. */
export function isSetUp(setUp: Webhooks['setUp'], hook: Hook, app: Hook | null, now: Date): boolean {
  if (hook.ending) return false;
  if (setUp.by === 'hub') return hook.subscriptionId !== null && (hook.expiresAt === null || hook.expiresAt > now);
  // Nobody tells what people set up elsewhere; what has arrived shows it.
  if (setUp.by === 'customer') return hook.sealed !== null && hook.provenAt !== null;
  return app !== null && app.sealed !== null && (app.provenAt !== null || hook.provenAt !== null);
}

export const noPublicAddress: HookProblem = {
  code: 'EGRESS_REFUSED',
  message: 'Platforms cannot reach this hub: it has no public https address.',
  remedy: 'The operator sets PATCHBAY_PUBLIC_URL to an https address that leads to the API, and restarts.',
};
