import { Migration } from '@mikro-orm/migrations';

/** Who lost the hold on a hook does not write over whoever took it up. */
export class M0042FencedHooks extends Migration {
  override name = 'm0042-fenced-hooks';

  override up(): void {
    this.addSql('alter table hooks add column claim integer not null default 0');
  }
}
