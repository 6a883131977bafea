import { Migration } from '@mikro-orm/migrations';

/** Who watches connections asks for the latest changes again and again. */
export class M0004ConnectionChanges extends Migration {
  override name = 'm0004-connection-changes';

  override up(): void {
    this.addSql('create index connections_changed on connections (updated_at)');
  }
}
