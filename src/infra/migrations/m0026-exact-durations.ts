import { Migration } from '@mikro-orm/migrations';

/** How long calls last, where the platform says it to the millisecond. */
export class M0026ExactDurations extends Migration {
  override name = 'm0026-exact-durations';

  override up(): void {
    this.addSql('alter table calls add column duration_ms integer');
  }
}
