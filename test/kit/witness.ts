import type { FreshDatabase } from './database.js';

/**
 * A witness inside the database, which the hub knows nothing of: triggers write down who wrote what of a run, and when.
 *
 * A writer is known by the `application_name` of its connection, which belongs to one process. A write of whoever
 * was not the last to claim the run is stale. The order of the notes is that of the writes, since every writer of
 * a run holds the lock of its row.
 */
export interface Witness {
  /** The latest note. */
  last(): Promise<number>;
  /** The first page that became durable after a note, by anybody but `except`; undefined: none yet. */
  pageAfter(note: number, except?: string): Promise<Sighting | undefined>;
  /** Writes by whoever did not hold the run. */
  staleWrites(): Promise<readonly unknown[]>;
}

export interface Sighting {
  readonly note: number;
  readonly process: string;
  /** Milliseconds since 1970, on the database's clock. */
  readonly at: number;
}

/** To be called when the tables are there. */
export async function callWitness(database: FreshDatabase): Promise<Witness> {
  await database.query(statements);
  return {
    async last() {
      const [row] = await database.query<{ note: number }>(
        'select coalesce(max(note), 0)::int as note from witness.notes',
      );
      return row?.note ?? 0;
    },
    async pageAfter(note, except = '') {
      const [row] = await database.query<Sighting>(
        `select note::int, process, extract(epoch from at)::double precision * 1000 as at from witness.notes
         where note > $1 and kind = 'page' and process <> $2 order by note limit 1`,
        [note, except],
      );
      return row;
    },
    staleWrites: () => database.query(staleWrites),
  };
}

const statements = `
create schema witness;
create table witness.notes (
  note bigserial primary key, run_id uuid not null, process text not null, kind text not null,
  at timestamptz not null default clock_timestamp()
);
create index on witness.notes (run_id, note) where kind = 'claim';
create index on witness.notes (kind, note);

create function witness.saw(run_id uuid, kind text) returns void language sql security definer
begin atomic
  insert into witness.notes (run_id, process, kind) values (run_id, current_setting('application_name'), kind);
end;

create function witness.sees_run() returns trigger language plpgsql security definer as $$
begin
  if new.epoch > old.epoch then
    if new.status = 'RUNNING' then perform witness.saw(new.id, 'claim'); end if;
  elsif new.requests > old.requests and new.status = 'RUNNING' then perform witness.saw(new.id, 'page');
  elsif (new.stored, new.requests, new.transcripts, new.unusable, new.planned)
      is distinct from (old.stored, old.requests, old.transcripts, old.unusable, old.planned)
    or (old.status = 'RUNNING' and new.status <> 'RUNNING') then perform witness.saw(new.id, 'work');
  end if;
  return null;
end $$;
create trigger witness after update on runs for each row execute function witness.sees_run();

create function witness.sees_slice() returns trigger language plpgsql security definer as $$
begin
  perform witness.saw(new.run_id, 'slice');
  return null;
end $$;
create trigger witness after insert or update on run_slices for each row execute function witness.sees_slice();

create function witness.sees_calls() returns trigger language plpgsql security definer as $$
begin
  perform witness.saw(run_id, 'calls') from (select distinct run_id from written where run_id is not null) runs;
  return null;
end $$;
create trigger witness_new after insert on calls referencing new table as written
  for each statement execute function witness.sees_calls();
create trigger witness_again after update on calls referencing new table as written
  for each statement execute function witness.sees_calls();

grant usage on schema witness to public;
grant execute on all functions in schema witness to public;
`;

const staleWrites = `
select w.*, c.process as holder from witness.notes w
left join lateral (
  select process from witness.notes where run_id = w.run_id and kind = 'claim' and note < w.note order by note desc limit 1
) c on true
where w.kind <> 'claim' and w.process is distinct from c.process`;
