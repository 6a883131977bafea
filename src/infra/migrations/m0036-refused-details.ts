import { Migration } from '@mikro-orm/migrations';

/** Of what a call's details were refused, its transcript may be there. */
export class M0036RefusedDetails extends Migration {
  override name = 'm0036-refused-details';

  override up(): void {
    this.addSql('alter table unusable_records drop constraint unusable_records_stage_check');
    this.addSql(
      `alter table unusable_records add constraint unusable_records_stage_check check (stage in ('call', 'detail', 'transcript'))`,
    );
  }
}
