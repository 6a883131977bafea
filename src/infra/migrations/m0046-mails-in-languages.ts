import { Migration } from '@mikro-orm/migrations';

/** In which language contacts read, which mails they want, and which of them a mail is. */
export class M0046MailsInLanguages extends Migration {
  override name = 'm0046-mails-in-languages';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `alter table contacts add column language text not null default 'en',
     add column mails text[] not null default '{IMPORTS,NOTICES}'`,
  `alter table mails add column language text not null default 'en',
     add column contact_id uuid references contacts on delete set null,
     add column kind text`,
  'create index mails_of_contact on mails (contact_id, created_at) where kind is not null',
];
