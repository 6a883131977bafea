import { AddressUnknown } from '../../core/errors.js';
import type { Contact } from '../../customers/index.js';
import {
  callsAddress,
  type CompletedImport,
  contactToTell,
  mailCompletion,
  mailGathered,
} from '../../imports/index.js';
import { NoticeSeverity, NoticeTopic, postNotice } from '../../notices/index.js';
import type { Scope } from '../../scope.js';
import { inAllWords } from '../../texts/notices.js';
import { apart } from './apart.js';

const atOnce = 100;

/** Tells of every import that has come to its end, once: staff, and the customer, once it is known where people reach the hub. */
export async function tellOfImports(inside: Scope, nameOf: (platform: string) => string): Promise<void> {
  // Whoever waits is told before what is new takes up the measure again.
  await tellTogether(inside);
  const done = await inside.em.execute<CompletedImport[]>(question, [atOnce]);
  for (const one of done) {
    const { id, customer_id: customerId, requested_by: by, customer, account, stored, unusable } = one;
    const platform = nameOf(one.platform);
    const link = callsAddress(inside, one);
    const content = inAllWords(words => words.importDone({ customer, account, stored, unusable, by, platform, link }));
    const once = `import/${id}`;
    const notice = { customerId, topic: NoticeTopic.IMPORTS, severity: NoticeSeverity.NEWS, once, content };
    const about = { customerId, importId: id };
    let isMailed = true;
    let contact: Contact | undefined;
    const post = async (): Promise<void> => {
      contact = await contactToTell(inside, one);
      await postNotice(inside, { ...notice, mailedTo: contact?.id });
    };
    const mail = async (): Promise<void> => {
      const reader = contact;
      if (reader === undefined) return;
      isMailed = await wasMailed(inside, { importId: id }, () => mailCompletion(inside, reader, one));
    };
    const isTold =
      (await apart(inside, about, post)) &&
      // Staff are not told twice when this has to be done again: notices know what they have told.
      (await apart(inside, about, mail));
    if (!isTold || !isMailed) await inside.em.execute('update imports set told_at = null where id = ?', [id]);
  }
}

/** @returns false while no API process has begun yet, so that nobody knows where the mail should lead: nobody failed. */
async function wasMailed(
  inside: Scope,
  about: Readonly<Record<string, unknown>>,
  mail: () => Promise<void>,
): Promise<boolean> {
  try {
    await mail();
    return true;
  } catch (error) {
    if (!(error instanceof AddressUnknown)) throw error;
    inside.log.debug('The mail about an import waits until it is known where people reach the hub.', about);
    return false;
  }
}

/** Contacts who had had enough mails when imports were done. */
async function tellTogether(inside: Scope): Promise<void> {
  const waiting = await inside.em.execute<(CompletedImport & { readonly contact_id: string })[]>(waitingQuestion);
  for (const [contactId, imports] of Map.groupBy(waiting, one => one.contact_id)) {
    const mail = () => wasMailed(inside, { contactId }, () => mailGathered(inside, contactId, imports));
    await apart(inside, { contactId }, mail);
  }
}

const columns = `i.id, i.customer_id, i.connection_id, c.name as customer, r.platform, n.account_name as account, r.stored,
  r.transcripts, r.unusable, r.window_from as "from", r.window_to as "to", i.requested_by`;

const waitingQuestion = `
select i.mail_awaits as contact_id, ${columns}
from imports i join runs r on r.id = i.run_id join connections n on n.id = i.connection_id join customers c on c.id = i.customer_id
where i.mail_awaits is not null order by r.finished_at`;

// By chance, so that those of which nobody can be told do not keep the others waiting for ever.
const question = `
update imports i set told_at = clock_timestamp() from runs r, connections n, customers c
where i.id in (
  select p.id from imports p join runs q on q.id = p.run_id
  where p.told_at is null and q.status in ('COMPLETED', 'COMPLETED_WITH_FAILURES') order by random() limit ?
) and r.id = i.run_id and n.id = i.connection_id and c.id = i.customer_id
returning ${columns}`;
