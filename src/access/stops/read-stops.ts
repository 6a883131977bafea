import type { Scope } from '../../scope.js';
import type { PlatformStop } from './platform-stop.type.js';

type Row = Omit<PlatformStop, 'stoppedAt' | 'liftedAt'> & {
  readonly stoppedAt: Date | string;
  readonly liftedAt: Date | string | null;
};

/** All stops or the one, the latest first. */
export async function readStops({ em }: Scope, id?: string): Promise<PlatformStop[]> {
  const rows = await em.execute<Row[]>(
    `select s.id, s.platform, s.reason, s.stopped_by as "stoppedBy", s.stopped_at as "stoppedAt", s.lifted_by as "liftedBy",
       s.lifted_at as "liftedAt", count(w.connection_id)::integer as credentials,
       count(w.connection_id) filter (where w.outcome is null)::integer as waiting,
       count(*) filter (where w.outcome = 'revoked')::integer as revoked,
       count(*) filter (where w.outcome = 'not offered')::integer as "notRevocable",
       count(*) filter (where w.outcome = 'failed')::integer as "notRevoked"
     from platform_stops s left join platform_stop_work w on w.stop_id = s.id
     where ?::uuid is null or s.id = ?::uuid group by s.id order by s.stopped_at desc`,
    [id ?? null, id ?? null],
  );
  return rows.map(row => ({
    ...row,
    stoppedAt: new Date(row.stoppedAt),
    liftedAt: row.liftedAt === null ? null : new Date(row.liftedAt),
  }));
}
