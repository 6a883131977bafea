import { Migration } from '@mikro-orm/migrations';

/** When a credential was last used, so that one that nobody needs any more does not lie about for ever. */
export class M0011DormantCredentials extends Migration {
  override name = 'm0011-dormant-credentials';

  override up(): void {
    this.addSql('alter table credentials add column used_at timestamptz');
    // Nobody knows of those that are there: they are given the whole time.
    this.addSql('update credentials set used_at = clock_timestamp()');
  }
}
