import { Migration } from '@mikro-orm/migrations';

/** In which span something was written, for whoever goes on from it in another process: by the session's variable, so that no writer need know. */
export class M0051Traces extends Migration {
  override name = 'm0051-traces';

  override up(): void {
    for (const table of ['runs', 'changes']) {
      this.addSql(
        `alter table ${table} add column traceparent text default nullif(current_setting('patchbay.traceparent', true), '')`,
      );
    }
    // Stored many at a time, each with its own.
    this.addSql('alter table inbound_events add column traceparent text');
  }
}
