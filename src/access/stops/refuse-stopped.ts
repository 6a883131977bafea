import { CallerError } from '../../core/errors.js';
import type { Scope } from '../../scope.js';

/** @throws CallerError CONFLICT while all use of the platform is stopped. */
export async function refuseStopped(
  { em, connectors }: Pick<Scope, 'em' | 'connectors'>,
  platform: string,
): Promise<void> {
  const [stop] = await em.execute<unknown[]>('select 1 from platform_stops where platform = ? and lifted_at is null', [
    platform,
  ]);
  if (stop === undefined) return;
  const name = connectors.get(platform)?.manifest.name ?? platform;
  throw new CallerError('CONFLICT', `All use of ${name} is stopped for the time being.`, {
    remedy: 'Wait for word from whoever runs this hub, then try again.',
  });
}
