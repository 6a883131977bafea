import { Migration } from '@mikro-orm/migrations';

/** What follows from a fact may have to wait: many that break together are nobody's to mend one by one. */
export class M0044FactsHeld extends Migration {
  override name = 'm0044-facts-held';

  override up(): void {
    this.addSql('alter table facts add column not_before timestamptz');
    // What the watch asks four times a minute.
    this.addSql("create index gaps_held on gaps (sync_id) where kind = 'HELD'");
    this.addSql("create index gaps_fetched on gaps (noted_at) where kind = 'FETCHED'");
  }
}
