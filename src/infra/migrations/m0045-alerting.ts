import { Migration } from '@mikro-orm/migrations';

/** Whether the alerting itself works: when it last looked and sent, and how its latest drill went. One row. */
export class M0045Alerting extends Migration {
  override name = 'm0045-alerting';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table alerting (
     only_row boolean primary key default true check (only_row),
     looked_at timestamptz,
     sender_looked_at timestamptz,
     drill_began_at timestamptz,
     drill_raised_at timestamptz,
     drill_cleared_at timestamptz,
     pinged_at timestamptz
   )`,
  'insert into alerting default values',
  'alter table alerting enable row level security',
  'alter table alerting force row level security',
  'create policy house on alerting using ((select reaches_all()))',
];
