import type { House } from '../../scope.js';
import { problemsOf, readStanding, type Standing } from './standing.js';

const longAgo = Number.POSITIVE_INFINITY;

/** How long ago the parts of the alerting last worked. One query, however many ask at once. */
export function measureAlerting({ metrics, sql }: Pick<House, 'metrics' | 'sql'>): void {
  let asked: Promise<Standing> | undefined;
  const ask = (): Promise<Standing> => {
    asked ??= readStanding(sql).finally(() => (asked = undefined));
    return asked;
  };
  metrics.read('patchbay_alerting_age_seconds', async () => {
    const { lookAge, senderAge, drillAge } = await ask();
    return [
      [{ part: 'look' }, lookAge ?? longAgo],
      [{ part: 'sender' }, senderAge ?? longAgo],
      [{ part: 'drill' }, drillAge ?? longAgo],
    ];
  });
  metrics.read('patchbay_alerting_works', async () => [[{}, problemsOf(await ask()).length === 0 ? 1 : 0]]);
}
