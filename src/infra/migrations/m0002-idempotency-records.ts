import { Migration } from '@mikro-orm/migrations';

/** What was done under an idempotency key, for a day. A customer sees only its own; the house's have no customer. */
export class M0002IdempotencyRecords extends Migration {
  override name = 'm0002-idempotency-records';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table idempotency_records (
    owner text not null,
    key text not null,
    customer_id uuid references customers on delete cascade,
    fingerprint bytea not null,
    result_id uuid,
    created_at timestamptz not null,
    primary key (owner, key)
  )`,
  'create index idempotency_records_by_age on idempotency_records (created_at)',
  'alter table idempotency_records enable row level security',
  'alter table idempotency_records force row level security',
  `create policy own_customer on idempotency_records
    using (customer_id = (select reached_customer()) or (select reaches_all()))`,
];
