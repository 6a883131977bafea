import { Migration } from '@mikro-orm/migrations';

/** The watch asks four times a minute which runs of a sync were the latest, and which runs have ended lately. */
export class M0040LooksAtRuns extends Migration {
  override name = 'm0040-looks-at-runs';

  override up(): void {
    this.addSql('create index runs_latest_of_sync on runs (sync_id, created_at desc) where sync_id is not null');
    this.addSql('drop index runs_of_sync');
    this.addSql('create index runs_ended on runs (finished_at) where finished_at is not null');
  }
}
