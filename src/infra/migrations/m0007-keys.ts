import { Migration } from '@mikro-orm/migrations';

/** The house's own keys, and wrapping keys that must not be used again. */
export class M0007Keys extends Migration {
  override name = 'm0007-keys';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table root_key (
    id smallint primary key default 1 check (id = 1),
    wrapped bytea not null,
    wrapped_by text not null,
    created_at timestamptz not null default now()
  )`,
  `create table house_keys (
    version smallint primary key,
    wrapped bytea not null,
    wrapped_by text not null,
    created_at timestamptz not null default now()
  )`,
  'alter table house_keys enable row level security',
  'alter table house_keys force row level security',
  'create policy house_only on house_keys using ((select reaches_all()))',
  `create table retired_keys (
    id text primary key,
    retired_at timestamptz not null default now()
  )`,
  `create table key_renewals (
    id integer generated always as identity primary key,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz
  )`,
  // A process with an old list of keys must not wrap with one that is about to be thrown away.
  `create function refuse_retired_key() returns trigger language plpgsql as $$
  begin
    if exists (select from retired_keys where id = new.wrapped_by) then
      raise exception 'The wrapping key % is retired.', new.wrapped_by using errcode = 'PB001';
    end if;
    return new;
  end $$`,
  ...['root_key', 'house_keys', 'data_keys'].map(
    table => `create trigger refuse_retired_key before insert or update of wrapped_by on ${table}
      for each row execute function refuse_retired_key()`,
  ),
];
