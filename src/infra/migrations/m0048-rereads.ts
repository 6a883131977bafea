import { Migration } from '@mikro-orm/migrations';

/** Runs of a sync that bring a stretch afresh. */
export class M0048Rereads extends Migration {
  override name = 'm0048-rereads';

  override up(): void {
    this.addSql('alter table runs add column afresh boolean not null default false');
    this.addSql('alter table sync_slots drop constraint sync_slots_kind_check');
    this.addSql(`alter table sync_slots add check (kind in ('FIRST', 'SCHEDULED', 'MANUAL', 'HINT', 'REREAD'))`);
  }
}
