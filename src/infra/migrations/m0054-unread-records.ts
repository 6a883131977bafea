import { Migration } from '@mikro-orm/migrations';

/** Records that no mapper could read yet: the platform's own documents, until they become calls. */
export class M0054UnreadRecords extends Migration {
  override name = 'm0054-unread-records';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table unread_records (
     id uuid primary key,
     customer_id uuid not null references customers,
     connection_id uuid not null references connections,
     platform text not null,
     account_id text not null,
     external_id text not null,
     code text not null,
     reason text not null,
     digest bytea not null,
     document bytea not null,
     transcript bytea,
     tried_by text[] not null,
     kept_at timestamptz not null default date_trunc('milliseconds', now()),
     unique (customer_id, platform, account_id, external_id)
   )`,
  'alter table unread_records alter column document set storage external',
  'alter table unread_records alter column transcript set storage external',
  'create index unread_records_listed on unread_records (kept_at desc, id desc)',
  'create index unread_records_of_connection on unread_records (connection_id)',
  'alter table unread_records enable row level security',
  'alter table unread_records force row level security',
  'create policy own_customer on unread_records using (customer_id = (select reached_customer()) or (select reaches_all()))',
  'alter table unusable_records add column is_kept boolean not null default false',
  // What becomes a call at last is no failure of the runs that listed it.
  `create index unusable_records_of_call on unusable_records (customer_id, external_id) where stage = 'call'`,
];
