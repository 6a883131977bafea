import { Migration } from '@mikro-orm/migrations';

/** Runs that want calls of one medium only, and how much of a window has been read where nobody counts its calls. */
export class M0027MediaAndCoverage extends Migration {
  override name = 'm0027-media-and-coverage';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `alter table runs add column medium text check (medium in ('phone', 'meeting')), add column covered real`,
  'alter table run_slices add column reached real not null default 0',
];
