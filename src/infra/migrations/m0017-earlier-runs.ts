import { Migration } from '@mikro-orm/migrations';

/** Which runs have stored a call before the last one did: two over one account count each call once, however they take turns. */
export class M0017EarlierRuns extends Migration {
  override name = 'm0017-earlier-runs';

  override up(): void {
    this.addSql('alter table calls add column earlier_run_ids uuid[]');
  }
}
