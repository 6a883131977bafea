/** What has happened and is to be told: facts, what follows from them, and mails. */
import { Fact } from './fact.entity.js';
import { FactResolver } from './fact.resolver.js';
import { Mail } from './mail.entity.js';
import { MailResolver } from './mail.resolver.js';

export { postMail } from './post-mail.js';
export { type Reactions, reactToFacts } from './react-to-facts.js';
export { sendMails } from './send-mails.js';
export { writeFact } from './write-fact.js';

export const feature = { entities: [Fact, Mail], resolvers: [FactResolver, MailResolver] };
