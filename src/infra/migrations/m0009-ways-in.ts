import { Migration } from '@mikro-orm/migrations';

/** Further ways in: tickets for whoever is signed in to a tool. */
export class M0009WaysIn extends Migration {
  override name = 'm0009-ways-in';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const tickets = `
alter table links alter column contact_id drop not null,
  add column asker_key_id uuid references api_keys on delete cascade,
  add column asker_staff_id uuid,
  add check (contact_id is not null or asker_key_id is not null);
`;

const statements = [tickets];
