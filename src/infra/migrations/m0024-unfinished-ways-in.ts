import { Migration } from '@mikro-orm/migrations';

/** What is remembered of ways in that came to nothing, and which app tokens came by. */
export class M0024UnfinishedWaysIn extends Migration {
  override name = 'm0024-unfinished-ways-in';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const imports = `
alter table credential_imports
  drop constraint credential_imports_status_check,
  add check (status in ('sent', 'refreshed', 'done', 'ended')),
  add column app_id uuid,
  add column client_id text,
  add column refusal jsonb;
`;

// Whoever brings the same tokens for a second customer would spend what the first one lives by.
const once = `
delete from credential_imports a using credential_imports b
where a.platform = b.platform and a.fingerprint = b.fingerprint and a.sealed is null
  and (b.sealed is not null or (a.started_at, a.id) > (b.started_at, b.id));
`;

// No other app can use the tokens. What is here already is known from its next refresh on.
const apps = ['credentials', 'authorization_sessions'].map(table => `alter table ${table} add column client_id text`);

const visits = `
alter table link_visits add column give_back_at timestamptz;
create index link_visits_to_give_back on link_visits (give_back_at) where sealed is not null and proposal is null;
`;

const statements = [
  ...apps,
  visits,
  'alter table links add column refusals smallint not null default 0',
  imports,
  once,
  'alter table credential_imports drop constraint credential_imports_customer_id_platform_fingerprint_key',
  'alter table credential_imports add unique (platform, fingerprint)',
  'create index credential_imports_sealed on credential_imports (started_at) where sealed is not null',
];
