import { Migration } from '@mikro-orm/migrations';

/** Calls of which no event told, though the platform tells of calls by itself; and how long it has been silent. */
export class M0041UnannouncedCalls extends Migration {
  override name = 'm0041-unannounced-calls';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  'alter table gaps drop constraint gaps_kind_check',
  `alter table gaps add check (kind in ('FETCHED', 'REMOVED', 'HELD', 'UNANNOUNCED'))`,
  `create index gaps_unannounced on gaps (noted_at) where kind = 'UNANNOUNCED'`,
  `alter table hooks add column alive_since timestamptz, add column heard_at timestamptz, add column mended_at timestamptz,
     add column silent_polls integer not null default 0`,
  // Two steps: added with a volatile default, the whole table would be written anew while nobody may take an event in.
  'alter table inbound_events add column told_at timestamptz not null default now()',
  'alter table inbound_events alter column told_at set default business_now()',
  'create index inbound_events_told on inbound_events (connection_id, told_at)',
];
