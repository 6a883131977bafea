import { connectorFor } from '../catalog/index.js';
import type { Scope } from '../scope.js';
import { businessNow, type Sync, SyncCadence, SyncState } from '../syncs/index.js';
import { Connection } from '../access/index.js';
import { Hook, type HookProblem } from './hook.entity.js';
import { type PlatformWebhook, type SyncWebhook, WebhookState } from './hook.type.js';
import { hookUrl } from './place-of-hooks.js';
import { isAlive, isSilent, noPublicAddress, silence } from './standing-of-hook.js';

/** Undefined for a sync that runs by a schedule. */
export async function readSyncWebhook(scope: Scope, sync: Sync): Promise<SyncWebhook | undefined> {
  if (sync.cadence !== SyncCadence.REAL_TIME) return undefined;
  const { platform } = await scope.em.findOneOrFail(Connection, { id: sync.connectionId });
  const { webhooks, manifest } = connectorFor(scope, platform);
  const hook = await scope.em.findOne(Hook, { connectionId: sync.connectionId }, { refresh: true });
  const shown = {
    pollMinutes: sync.pollMinutes,
    aliveUntil: hook?.expiresAt ?? null,
    lastEventAt: hook?.lastEventAt ?? null,
    eventsReceived: hook?.eventsReceived ?? 0,
    silentPolls: hook?.silentPolls ?? 0,
    ...{ address: null, steps: [], reason: null, remedy: null },
  };
  const polling = ({ message, remedy }: Pick<HookProblem, 'message'> & { readonly remedy?: string }): SyncWebhook => ({
    ...{ ...shown, state: WebhookState.POLLING, reason: message, remedy: remedy ?? null },
  });
  if (webhooks === undefined) return polling({ message: `${manifest.name} tells of nothing by itself.` });
  if (sync.state === SyncState.PAUSED) return polling({ message: 'Somebody has halted it.' });
  const url = hook === null ? undefined : await hookUrl(scope, hook);
  const { setUp } = webhooks;
  const own = setUp.by === 'customer' ? { address: url ?? null, steps: inWords(setUp.steps, url) } : {};
  if (hook !== null && url === undefined) return polling(noPublicAddress);
  const app = setUp.by === 'operator' ? await appHook(scope, platform) : null;
  if (hook !== null && isAlive(setUp, hook, app, await businessNow(scope)))
    return {
      ...shown,
      ...own,
      state: WebhookState.ALIVE,
      reason: hook.problem?.message ?? null,
      remedy: hook.problem?.remedy ?? null,
    };
  if (hook !== null && isSilent(hook)) return Object.assign(polling(silence), own);
  if (hook?.problem != null) return Object.assign(polling(hook.problem), own);
  const reason = {
    hub: 'The subscription is being made.',
    operator: 'The operator has not set it up yet.',
    customer: 'An administrator of the customer has not set it up yet.',
  }[setUp.by];
  return { ...shown, ...own, state: WebhookState.SETTING_UP, reason };
}

/** Undefined while no secret was set. */
export async function readPlatformWebhook(scope: Scope, platformId: string): Promise<PlatformWebhook | undefined> {
  const { webhooks, manifest } = connectorFor(scope, platformId, 'platform');
  const hook = await appHook(scope, manifest.id);
  if (hook === null || webhooks === undefined || webhooks.setUp.by === 'hub') return undefined;
  const url = await hookUrl(scope, hook);
  const steps = inWords(webhooks.setUp.steps, url);
  return { platform: manifest.id, address: url ?? null, steps, proven: hook.provenAt !== null };
}

function inWords(steps: readonly string[], url: string | undefined): string[] {
  return steps.map(step => step.replaceAll('{url}', url ?? 'the address'));
}

/** It belongs to no customer, and nothing of it is shown to one. */
function appHook(scope: Scope, platform: string): Promise<Hook | null> {
  return scope.houseScope(scope.signal).em.findOne(Hook, { platform, connectionId: null }, { refresh: true });
}
