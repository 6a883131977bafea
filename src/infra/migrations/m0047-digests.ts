import { Migration } from '@mikro-orm/migrations';

/** When a channel gets what is not urgent, all at once. */
export class M0047Digests extends Migration {
  override name = 'm0047-digests';

  override up(): void {
    this.addSql(`alter table notice_channels
      add column digest text check (digest in ('DAILY', 'WEEKLY')),
      add column digest_at text,
      add column digest_zone text,
      add check ((digest is null) = (digest_at is null) and (digest is null) = (digest_zone is null))`);
  }
}
