import { Migration } from '@mikro-orm/migrations';

/** Where notices go, what is to be told there, and the messages in which it is. */
export class M0034Notices extends Migration {
  override name = 'm0034-notices';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const tables = `
create table notice_channels (
  id uuid primary key,
  customer_id uuid references customers on delete cascade,
  kind text not null check (kind in ('SLACK', 'MAIL')),
  name text not null,
  staff_id uuid references staff on delete cascade,
  contact_id uuid references contacts on delete cascade,
  sealed bytea not null,
  topics text[] not null,
  least text not null check (least in ('NEWS', 'WARNING', 'ERROR', 'PAGE')),
  quiet_from text,
  quiet_to text,
  time_zone text,
  language text not null,
  fallback_id uuid references notice_channels on delete set null,
  failing_since timestamptz,
  problem text,
  last_sent_at timestamptz,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  removed_at timestamptz
);
create index notice_channels_listed on notice_channels (created_at desc, id desc);

create table notice_messages (
  id uuid primary key,
  customer_id uuid references customers on delete cascade,
  channel_id uuid not null references notice_channels on delete cascade,
  status text not null check (status in ('WAITING', 'SENT', 'KEPT', 'DIVERTED', 'DEAD')),
  attempts integer not null default 0,
  created_at timestamptz not null,
  since timestamptz not null default clock_timestamp(),
  try_at timestamptz not null default clock_timestamp(),
  sent_at timestamptz,
  problem text
);
create index notice_messages_waiting on notice_messages (try_at) where status = 'WAITING';
create index notice_messages_of_channel on notice_messages (channel_id, created_at desc);

create table notices (
  id uuid primary key,
  customer_id uuid references customers on delete cascade,
  channel_id uuid not null references notice_channels on delete cascade,
  alert_id uuid,
  topic text not null,
  severity text not null,
  once text not null,
  title text not null,
  sealed bytea not null,
  status text not null check (status in ('WAITING', 'SENT', 'KEPT', 'WITHDRAWN', 'DIVERTED', 'DEAD')),
  not_before timestamptz not null,
  window_seconds integer not null,
  message_id uuid references notice_messages on delete set null,
  problem text,
  created_at timestamptz not null,
  sent_at timestamptz,
  unique (channel_id, once)
);
create index notices_listed on notices (created_at desc, id desc);
create index notices_waiting on notices (channel_id) where status = 'WAITING' and message_id is null;
create index notices_of_message on notices (message_id) where message_id is not null;
create index notices_of_alert on notices (alert_id) where alert_id is not null;
`;

const statements = [
  tables,
  // The address of a reconnect link, for those who pass it on while it works.
  'alter table links add column sealed bytea',
  // Which imports people were told of. Those that are over already are old news.
  'alter table imports add column told_at timestamptz',
  `update imports i set told_at = i.created_at from runs r
   where r.id = i.run_id and r.status in ('COMPLETED', 'COMPLETED_WITH_FAILURES', 'FAILED', 'CANCELLED')`,
  ...['notice_channels', 'notice_messages', 'notices'].flatMap(table => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy own_customer on ${table}
      using (customer_id = (select reached_customer()) or (select reaches_all()))`,
  ]),
];
