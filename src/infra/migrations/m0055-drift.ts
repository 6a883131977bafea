import { Migration } from '@mikro-orm/migrations';

/** By what it shows that a platform has changed without failing: words that nobody knew, and fields that are no longer there. */
export class M0055Drift extends Migration {
  override name = 'm0055-drift';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table new_words (
     connection_id uuid not null references connections,
     customer_id uuid not null references customers,
     platform text not null,
     field text not null,
     word text not null,
     calls bigint not null,
     first_seen_at timestamptz not null,
     last_seen_at timestamptz not null,
     primary key (connection_id, field, word)
   )`,
  `create table field_shares (
     connection_id uuid not null references connections,
     customer_id uuid not null references customers,
     platform text not null,
     field text not null,
     calls bigint not null,
     filled bigint not null,
     last_filled_at timestamptz,
     empty_since_then bigint not null,
     counted_at timestamptz not null,
     primary key (connection_id, field)
   )`,
  ...['new_words', 'field_shares'].flatMap(table => [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy own_customer on ${table} using (customer_id = (select reached_customer()) or (select reaches_all()))`,
  ]),
];
