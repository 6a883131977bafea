import { Migration } from '@mikro-orm/migrations';

/** Where people reach the hub, as the API that started last said. */
export class M0020PublicAddress extends Migration {
  override name = 'm0020-public-address';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table public_address (
    only_one boolean primary key default true check (only_one),
    url text not null,
    told_at timestamptz not null default clock_timestamp()
  )`,
];
