import { Migration } from '@mikro-orm/migrations';

/** What records looked like that nobody could read: names and kinds, no values. */
export class M0050Shapes extends Migration {
  override name = 'm0050-shapes';

  override up(): void {
    this.addSql('alter table unusable_records add column shape jsonb');
    // The watch asks four times a minute what has changed at a platform.
    this.addSql("create index unusable_records_changed on unusable_records (seen_at) where code = 'PLATFORM_CHANGED'");
  }
}
