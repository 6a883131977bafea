import type { OAuthOutcome } from '../../core/ports.js';
import type { House } from '../../scope.js';
import { type CredentialRow, whileHeld } from './credential-row.js';

type Failure = Exclude<OAuthOutcome, { readonly kind: 'granted' | 'dead' }>;

/** What a customer can do nothing about is not asked again every few seconds. */
const misconfiguredMs = 30 * 60_000;
const longestMs = 15 * 60_000;

/** How long the n-th failure in a row keeps a credential from being refreshed. */
function coolMs({ kind }: Failure, failures: number, random = Math.random()): number {
  if (kind === 'misconfigured') return misconfiguredMs;
  const first = kind === 'nonsense' ? 10_000 : 2_000;
  return Math.min(longestMs, first * 3 ** failures) * (0.75 + random / 2);
}

/**
 * Gives a refresh up that brought nothing, and says when the next may be tried. The connection stays what it is: the
 * grant may well be alive. Nothing counts as sent any more: what came of it is known.
 * What has failed or hung is due later than all that is due now, so that it keeps nobody waiting a second time; what only
 * waits for its app to be set anew stays due.
 */
export async function settleFailure(
  { sql, clock }: Pick<House, 'sql' | 'clock'>,
  row: CredentialRow,
  failure: Failure,
): Promise<void> {
  const asked = 'retryAt' in failure && failure.retryAt ? failure.retryAt.getTime() - clock.now().getTime() : 0;
  // A platform may ask for more than a token has left.
  const waitMs = Math.max(coolMs(failure, row.failures), Math.min(asked, longestMs));
  await whileHeld(sql, row, tx =>
    tx.rows(
      `update credentials set failures = failures + 1, retry_at = clock_timestamp() + $3::double precision * interval '1 millisecond',
         due_at = case when due_at is null or $4 = 'misconfigured' then due_at
           else greatest(due_at, clock_timestamp() + $3::double precision * interval '1 millisecond') end,
         presented = 0, refresh_owner = null, refresh_until = null,
         last_failure = jsonb_build_object('kind', $4::text, 'reason', $5::text, 'at', clock_timestamp())
       where connection_id = $1 and refresh_epoch = $2`,
      [row.connectionId, row.refreshEpoch, waitMs, failure.kind, failure.reason],
    ),
  );
}
