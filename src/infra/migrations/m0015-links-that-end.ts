import { Migration } from '@mikro-orm/migrations';

/** To whom a link went and by which mail, and how often a callback of a sign-in was refused. */
export class M0015LinksThatEnd extends Migration {
  override name = 'm0015-links-that-end';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  // Null: made by the version before.
  'alter table links add column sent_to text',
  'alter table mails add column link_id uuid references links on delete set null',
  'alter table authorization_sessions add column refusals smallint not null default 0',
];
