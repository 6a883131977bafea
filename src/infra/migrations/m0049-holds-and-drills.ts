import { Migration } from '@mikro-orm/migrations';

/** What was held comes after what is new; and the last drill that is over is remembered while the next is under way. */
export class M0049HoldsAndDrills extends Migration {
  override name = 'm0049-holds-and-drills';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  'create index facts_due on facts (setbacks, (not_before is not null), number) where awaits_reaction',
  'drop index facts_awaiting',
  'alter table alerting add column drilled_at timestamptz, add column drill_took interval',
  'update alerting set drilled_at = drill_cleared_at, drill_took = drill_cleared_at - drill_began_at',
];
