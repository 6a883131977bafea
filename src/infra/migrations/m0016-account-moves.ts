import { Migration } from '@mikro-orm/migrations';

/** Moves to other accounts, and who else has connected an account. */
export class M0016AccountMoves extends Migration {
  override name = 'm0016-account-moves';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const moves = `
create table account_moves (
  id uuid primary key,
  customer_id uuid not null references customers on delete cascade,
  connection_id uuid not null references connections on delete cascade,
  contact_id uuid not null references contacts on delete cascade,
  reason text not null,
  state text not null check (state in ('waiting', 'approved', 'declined', 'done')),
  requested_by text not null,
  requested_by_staff uuid not null,
  requested_at timestamptz not null,
  decided_by text,
  decided_at timestamptz,
  link_id uuid,
  new_connection_id uuid
);
create index account_moves_listed on account_moves (customer_id, requested_at desc, id desc);
create index account_moves_of_link on account_moves (link_id) where link_id is not null;
`;

const statements = [
  moves,
  'create index connections_of_account on connections (platform, account_id)',
  'alter table account_moves enable row level security',
  'alter table account_moves force row level security',
  `create policy own_customer on account_moves
    using (customer_id = (select reached_customer()) or (select reaches_all()))`,
];
