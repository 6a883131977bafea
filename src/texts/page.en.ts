/**
 * What customers read on the page on which they connect, in English, which gives the shape of all languages. The page puts
 * names in safely by itself.
 */
import type { Language } from './languages.js';

export interface ForLead {
  readonly purpose: 'connect' | 'reconnect';
  readonly customer: string;
  readonly platform: string;
  /** The access that is to be renewed has not ended yet. */
  readonly stillWorks: boolean;
}

const reads: Readonly<Record<string, string>> = {
  'list-calls': 'Calls: when, how long, title, and who took part',
  transcripts: 'Transcripts of these calls',
  'recording-references': 'Which recordings there are; the recordings themselves stay where they are',
};

export const english = {
  language: 'en' as Language,
  steps: (platform: string, byTicket: boolean): readonly string[] => [
    byTicket ? 'See what it is about' : 'Confirm it is you',
    `Connect ${platform}`,
    'Check the account',
  ],
  stepsLabel: 'Steps',
  error: 'Error: ',
  problem: 'There is a problem',
  /** In the words of the capability matrix; undefined for what is nothing to read. */
  reads: (capability: string): string | undefined => reads[capability],
  closes: (byTicket: boolean): string =>
    `For your safety, this page closes after 15 minutes without a step. You can then ${byTicket ? 'begin again where you came from' : 'open the link in the mail again'}.`,

  intro: {
    title: (purpose: 'connect' | 'reconnect', platform: string): string =>
      purpose === 'connect' ? `Connect ${platform}` : `Renew the access to ${platform}`,
    lead: ({ purpose, customer, platform, stillWorks }: ForLead): string => {
      if (purpose === 'connect')
        return `You are asked to connect the ${platform} account of ${customer}. It takes a few minutes.`;
      if (stillWorks)
        return `The access to the ${platform} account of ${customer} needs to be renewed before it ends. Until then everything goes on.`;
      return `The access to the ${platform} account of ${customer} does not work any more and needs to be renewed. Paused work then goes on by itself.`;
    },
    who: 'Who asks',
    asker: (askedBy: string | undefined, operator: string): string =>
      askedBy === undefined ? operator : `${askedBy}, ${operator}`,
    forWhom: 'For',
    platform: 'Platform',
    account: 'Account',
    anyAccount: 'The one you choose; you check it before anything is connected',
    reads: 'What will be read',
    readsOnly: (platform: string): string => `Nothing is changed or deleted in ${platform}.`,
    code: (address: string): string => `First we send a code to ${address}, to be sure that it is you.`,
    button: 'Send me the code',
    goOn: 'Go on',
    notMe: 'Not the right person?',
    notMeText: 'Go on with the code all the same: after it you can name a colleague who can do this.',
  },

  code: {
    title: 'Enter your code',
    lead: (address: string): string => `We have sent a code of six digits to ${address}. It works for 10 minutes.`,
    field: 'Code',
    hint: 'Six digits. You may paste it.',
    button: 'Go on',
    again: 'Send another code',
    nothingCame: 'No mail after a minute? Look among unwanted mail, or',
    wrong: (left: number): string => `This is not the code. You have ${left === 1 ? 'one try' : `${left} tries`} left.`,
    over: 'This code does not work any more. Send yourself another one.',
    tooSoon: 'A code was sent a moment ago. Please wait half a minute before you ask for another one.',
    noMore: (operator: string): string =>
      `No more codes can be sent for this link. Ask your contact at ${operator} for a new link.`,
  },

  waysIn: {
    title: (platform: string): string => `Give access to ${platform}`,
    before: 'What you need',
    expected: (account: string): string => `It has to be the same account as before: ${account}`,
    safe: (platform: string): string =>
      `We try the values at ${platform} at once and keep them encrypted. Nobody can read them again.`,
    button: 'Try and go on',
    /** On the button that leads to the platform. */
    signInButton: (label: string, _platform: string): string => label,
    signIn: (platform: string): string =>
      `You go on to ${platform}, sign in there as an administrator, and come back here.`,
    mismatchTitle: 'This is another account',
    mismatch: (found: string, expected: string): string =>
      `These values belong to the account "${found}". The connection to be renewed is to "${expected}". Nothing was stored.`,
    mismatchRemedy: (operator: string): string =>
      `Use values of the same account. If you have moved to another account, tell your contact at ${operator}: that is a new connection.`,
    notMe: 'I am not the one who can do this',
    waits: (name: string, operator: string): string =>
      `Thank you. ${operator} will look at your suggestion and send ${name} a link. You can close this page; or, if you can do it after all, go on below.`,
  },

  away: {
    title: (platform: string): string => `Going on to ${platform}`,
    lead: (platform: string): string =>
      `You sign in at ${platform} and say yes there. Then you come back here and check the account.`,
    link: (platform: string): string => `Go on to ${platform}`,
  },

  colleague: {
    title: 'Who can do this?',
    lead: (operator: string, platform: string): string =>
      `Name the person who looks after ${platform}. ${operator} checks it and then sends them a link of their own.`,
    name: 'Name',
    email: 'E-mail address',
    button: 'Suggest this person',
    back: 'Back',
    wrong: {
      name: 'Enter a name of at most 200 characters.',
      email: 'Enter an e-mail address, such as ada@example.com.',
    },
  },

  confirm: {
    title: 'Is this the right account?',
    lead: (platform: string): string => `${platform} lets us in. Nothing is connected yet.`,
    account: 'Account found',
    forWhom: 'To be connected for',
    note: 'Good to know',
    yes: 'Yes, connect it',
    no: 'No, use another one',
  },

  done: {
    title: 'Connected',
    lead: (platform: string, account: string | undefined): string =>
      account === undefined
        ? `Your ${platform} account is connected.`
        : `The ${platform} account "${account}" is connected.`,
    rest: (operator: string): string =>
      `${operator} knows already, and what was waiting goes on by itself. There is nothing more to do: you can close this page.`,
  },

  notValid: {
    title: 'This link does not work',
    lead: 'It may have been used already, replaced by a newer one, or be more than three days old. Perhaps it was not copied as a whole.',
    rest: (operator: string): string =>
      `If you were in the middle, open the link in the mail once more, or begin again where you came from. Otherwise ask your contact at ${operator} for a new one.`,
  },

  tooOften: { title: 'Too many tries', lead: 'Please wait a minute and try again.' },
  broken: {
    title: 'This did not work',
    lead: 'It is our fault. Nothing was connected. Please try again in a few minutes.',
    reference: (reference: string): string => `If it stays, tell your contact this number: ${reference}`,
  },
};
