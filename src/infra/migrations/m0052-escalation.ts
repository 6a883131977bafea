import { Migration } from '@mikro-orm/migrations';

/** What nobody acknowledges is told to others, step by step. */
export class M0052Escalation extends Migration {
  override name = 'm0052-escalation';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  'alter table notice_channels add column escalation text',
  `alter table alerts add column escalates_from timestamptz, add column steps_taken integer not null default 0,
     add column escalations jsonb not null default '[]'`,
  // What is open now is not told to everybody at once.
  `update alerts set escalates_from = business_now() where state = 'OPEN' and severity in ('ERROR', 'PAGE') and told_at is not null`,
  'alter table alerting add column listed_at timestamptz',
];
