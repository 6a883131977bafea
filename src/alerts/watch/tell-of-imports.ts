import { NoticeSeverity, NoticeTopic, postNotice } from '../../notices/index.js';
import type { Scope } from '../../scope.js';
import { notices as words } from '../../texts/notices.en.js';
import { apart } from './apart.js';

interface Done {
  readonly id: string;
  readonly customer_id: string;
  readonly customer: string;
  readonly platform: string;
  readonly account: string;
  readonly stored: number;
  readonly unusable: number;
  readonly requested_by: string;
}

const atOnce = 100;

/** Tells of every import that has come to its end, once. */
export async function tellOfImports(inside: Scope, nameOf: (platform: string) => string): Promise<void> {
  const done = await inside.em.execute<Done[]>(question, [atOnce]);
  for (const { id, customer_id: customerId, requested_by: by, platform, ...rest } of done) {
    const content = words.importDone({ ...rest, by, platform: nameOf(platform), link: undefined });
    const once = `import/${id}`;
    const notice = { customerId, topic: NoticeTopic.IMPORTS, severity: NoticeSeverity.NEWS, once, content };
    const isTold = await apart(inside, { customerId, importId: id }, () => postNotice(inside, notice));
    if (!isTold) await inside.em.execute('update imports set told_at = null where id = ?', [id]);
  }
}

// By chance, so that those of which nobody can be told do not keep the others waiting for ever.
const question = `
update imports i set told_at = clock_timestamp() from runs r, connections n, customers c
where i.id in (
  select p.id from imports p join runs q on q.id = p.run_id
  where p.told_at is null and q.status in ('COMPLETED', 'COMPLETED_WITH_FAILURES') order by random() limit ?
) and r.id = i.run_id and n.id = i.connection_id and c.id = i.customer_id
returning i.id, i.customer_id, c.name as customer, r.platform, n.account_name as account, r.stored, r.unusable, i.requested_by`;
