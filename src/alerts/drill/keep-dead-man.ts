import type { Secret } from '../../core/secret.js';
import type { House } from '../../scope.js';
import { problemsOf, readStanding } from './standing.js';

const everyMs = 60_000;
const timeoutMs = 10_000;

/**
 * Pings an address outside once a minute for as long as the alerting works, so that its silence is the alarm. Of all
 * workers one at a time. Goes on until `signal` aborts.
 */
export function keepDeadMan(house: House, address: Secret<string>, signal: AbortSignal): void {
  const ping = (): void => {
    pingDeadMan(house, address, signal).catch((error: unknown) =>
      house.log.warn('The dead-man address could not be pinged.', { error }),
    );
  };
  const timer = setInterval(ping, everyMs / 4).unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** Pings unless that was done within the last minute, or something does not work. */
export async function pingDeadMan(
  { sql, egress, log }: House,
  address: Secret<string>,
  signal: AbortSignal,
): Promise<void> {
  const problems = problemsOf(await readStanding(sql));
  if (problems.length > 0) {
    log.warn('The alerting does not work; the dead-man address is not pinged.', { problems });
    return;
  }
  const turn = await sql.transaction('all', tx =>
    tx.rows(
      `update alerting set pinged_at = clock_timestamp()
       where pinged_at is null or pinged_at < clock_timestamp() - $1 * interval '1 millisecond' returning 1`,
      [everyMs],
    ),
  );
  if (turn.length === 0) return;
  const { status } = await egress.request({
    ...{ url: address.reveal(), method: 'POST', headers: {}, signal, timeoutMs, maxBytes: 4_096 },
  });
  if (status >= 300) log.warn('The dead-man address did not take the ping.', { status });
}
