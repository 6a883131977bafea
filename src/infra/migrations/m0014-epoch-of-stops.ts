import { Migration } from '@mikro-orm/migrations';

/** Which state of a credential a stop is about: what is stored later is none of its business. */
export class M0014EpochOfStops extends Migration {
  override name = 'm0014-epoch-of-stops';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

// Null: written by the version before, for whatever was there.
const statements = ['alter table platform_stop_work add column epoch integer'];
