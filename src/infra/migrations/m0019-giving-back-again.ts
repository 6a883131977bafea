import { Migration } from '@mikro-orm/migrations';

/** What sign-ins brought that came to nothing is kept until its platform has it back. */
export class M0019GivingBackAgain extends Migration {
  override name = 'm0019-giving-back-again';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  'alter table authorization_sessions add column give_back_at timestamptz',
  `create index authorization_sessions_to_give_back on authorization_sessions (give_back_at)
   where proposed is not null and status in ('failed', 'rejected')`,
];
