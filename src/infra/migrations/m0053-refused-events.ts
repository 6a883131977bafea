import { Migration } from '@mikro-orm/migrations';

/** How many events of an address were refused of late, and imports of which a contact is told later, with others. */
export class M0053RefusedEvents extends Migration {
  override name = 'm0053-refused-events';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `alter table hooks add column refused_hour timestamptz, add column refused integer not null default 0,
     add column refused_before integer not null default 0`,
  'create index hooks_refusing on hooks (refused_hour) where refused_hour is not null',
  `create index hooks_silent on hooks (id) where silent_polls > 0 or mended_at is not null`,
  'alter table imports add column mail_awaits uuid',
  'create index imports_to_be_mailed on imports (mail_awaits) where mail_awaits is not null',
];
