import { Migration } from '@mikro-orm/migrations';

/** The people at a customer to whom links and codes may go. */
export class M0003Contacts extends Migration {
  override name = 'm0003-contacts';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table contacts (
    id uuid primary key,
    customer_id uuid not null references customers on delete cascade,
    name text not null,
    email text not null,
    role text not null,
    created_at timestamptz not null,
    left_at timestamptz
  )`,
  'create unique index contacts_by_email on contacts (customer_id, email) where left_at is null',
  'create index contacts_listed on contacts (customer_id, created_at desc, id desc)',
  'alter table contacts enable row level security',
  'alter table contacts force row level security',
  `create policy own_customer on contacts
    using (customer_id = (select reached_customer()) or (select reaches_all()))`,
];
