import { batched } from '../../batched.js';

/** When what lies behind a connection ends, and how keeping it fresh goes. */
export interface CredentialEnds {
  readonly accessEndsAt: Date | undefined;
  /** When a person has to renew it, unless it is refreshed before. */
  readonly endsAt: Date | undefined;
  readonly refreshedAt: Date | undefined;
  readonly usedAt: Date | undefined;
  /** Of the last refresh, when it failed. */
  readonly failure: string | undefined;
}

interface Row {
  readonly id: string;
  readonly access: string | Date | null;
  readonly ends: string | Date | null;
  readonly refreshed: string | Date | null;
  readonly used: string | Date | null;
  readonly failure: string | null;
}

/** By the id of a connection; undefined when it has no credential, or the viewer may not see it. */
export const readCredentialEnds = batched(async ({ em }, ids): Promise<ReadonlyMap<string, CredentialEnds>> => {
  const rows = await em.execute<Row[]>(question, [`{${ids.join()}}`]);
  return new Map(
    rows.map(({ id, access, ends, refreshed, used, failure }) => [
      id,
      {
        accessEndsAt: dateOf(access),
        endsAt: dateOf(ends),
        refreshedAt: dateOf(refreshed),
        usedAt: dateOf(used),
        failure: failure ?? undefined,
      },
    ]),
  );
});

function dateOf(value: string | Date | null): Date | undefined {
  return value === null ? undefined : new Date(value);
}

// What was destroyed ends no more.
const question = `
select connection_id as id, access_expires_at as access, refresh_expires_at as ends, refreshed_at as refreshed, used_at as used,
  case when failures > 0 then last_failure ->> 'kind' end as failure
from credentials where connection_id = any (?::uuid[]) and length(sealed) > 0`;
