import { registerEnumType } from 'type-graphql';

/** Mails that contacts can do without, and end by themselves. */
export enum ContactMail {
  IMPORTS = 'IMPORTS',
  NOTICES = 'NOTICES',
}
registerEnumType(ContactMail, {
  name: 'ContactMail',
  description: 'Mails that a contact can do without. Links, codes, and news of who has connected what always come.',
  valuesConfig: {
    IMPORTS: { description: 'That an import is complete: to whoever connected the account, else looks after it.' },
    NOTICES: { description: 'Notices of a channel that was set up for them.' },
  },
});
