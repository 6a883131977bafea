/** What has happened and is to be told: facts, what follows from them, mails, and the change feed. */
import type { SealedColumn } from '../core/sealed-column.js';
import { Change } from './changes/change.entity.js';
import { ChangeResolver } from './changes/change.resolver.js';
import { kept as changes } from './changes/kept-changes.js';
import { Fact } from './fact.entity.js';
import { FactResolver } from './fact.resolver.js';
import { kept as facts } from './kept-facts.js';
import { kept as mails } from './kept-mails.js';
import { Mail } from './mail.entity.js';
import { MailResolver } from './mail.resolver.js';

export { Change } from './changes/change.entity.js';
export { type ChangeType, ChangeTypeEnum } from './changes/change-type.js';
export { type Follow, measureChanges, publishChanges } from './changes/publish-changes.js';
export type { Fact } from './fact.entity.js';
export { keepLooking, outboxTopic } from './keep-looking.js';
export { dressLetter } from './dress-letter.js';
export { findUnsubscriber, unsubscribe, type Unsubscriber } from './unsubscribe.js';
export { postMail } from './post-mail.js';
export { type Holds, type Reactions, reactToFacts } from './react-to-facts.js';
export { sendMails } from './send-mails.js';
export { writeFact } from './write-fact.js';
export { writeFactInSql } from './write-fact-in-sql.js';

const sealed: readonly SealedColumn[] = [
  {
    ...{ table: 'mails', column: 'sealed', key: 'id', keyType: 'uuid', owner: 'customer' },
    ...{ rowId: 't.id::text', epoch: '0' },
  },
];

export const feature = {
  entities: [Change, Fact, Mail],
  resolvers: [ChangeResolver, FactResolver, MailResolver],
  sealed,
  kept: [...changes, ...facts, ...mails],
};
