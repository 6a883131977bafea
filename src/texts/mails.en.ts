import { inertAll, lastOf, letter } from './letter.js';
import type { Dispensable, Mails } from './mails.js';

const kinds: Readonly<Record<Dispensable, string>> = {
  IMPORTS: 'imports that are complete',
  NOTICES: 'notices and warnings',
};

export const english: Mails = {
  language: 'en',

  link({ address, expiresAt, purpose, stillWorks, ...names }) {
    const { operator, askedBy, name, customer, platform } = inertAll(names);
    const asks = askedBy === null ? operator : `${askedBy} of ${operator}`;
    const [what, why] =
      purpose === 'connect'
        ? [`connect the ${platform} account of ${customer}`, `${operator} can then bring your recorded calls over.`]
        : [
            `renew the access to the ${platform} account of ${customer}`,
            stillWorks
              ? 'It still works, and ends soon. Renewed in time, nothing has to stop.'
              : `${platform} does not accept the access any more. What was under way is paused and then goes on by itself.`,
          ];
    return {
      subject: `${operator}: please ${what}`,
      text: letter(
        `Hello ${name},`,
        `${asks} asks you to ${what}. ${why}`,
        `Open this page, which is for you alone:\n${address}`,
        `It works once, until ${when(expiresAt)}. You will get a second mail with a code. If you are not the one who can do this, the page lets you name a colleague; please do not forward this mail.`,
        `If you did not expect this, do nothing and tell your contact at ${operator}.`,
      ),
    };
  },

  code({ code, ...names }) {
    const { operator, name, platform } = inertAll(names);
    return {
      subject: `${operator}: your code for connecting ${platform}`,
      text: letter(
        `Hello ${name},`,
        `your code is ${code}`,
        'Enter it within 10 minutes on the page that asked for it. Give it to nobody: we never ask for it by mail, chat or phone.',
        `If you did not open that page, somebody else has your link. Do nothing and tell your contact at ${operator}.`,
      ),
    };
  },

  connected(names) {
    const { operator, name, customer, platform, account, by } = inertAll(names);
    return {
      subject: `${operator}: the ${platform} account of ${customer} is connected`,
      text: letter(
        `Hello ${name},`,
        `${by} has connected the ${platform} account "${account}" of ${customer}. ${operator} can read calls from it from now on.`,
        `If this is not right, tell your contact at ${operator}, who can end it at once.`,
      ),
    };
  },

  imported({ from, to, stored, transcripts, unusable, address, ...names }) {
    const { operator, name, customer, platform, account, askedBy } = inertAll(names);
    const calls = count(stored, 'call');
    return {
      subject: `${operator}: import complete, ${calls} from ${platform}`,
      text: letter(
        `Hello ${name},`,
        `the import of the ${platform} account "${account}" of ${customer} is complete.`,
        [
          `Calls: ${number(stored)}`,
          `With a transcript: ${number(transcripts)}`,
          ...(unusable > 0 ? [`Could not be imported: ${number(unusable)}`] : []),
          `From: ${day(from)}`,
          `To: ${day(lastOf(to))}`,
          `Asked for by: ${askedBy}`,
        ].join('\n'),
        unusable > 0
          ? `${operator} can see what was wrong with ${unusable === 1 ? 'the one that' : 'those that'} could not be imported. All others are here.`
          : undefined,
        address === undefined ? undefined : `See your calls:\n${address}`,
        `If you did not expect this, tell your contact at ${operator}.`,
      ),
    };
  },

  importedMany({ operator, name, imports, count: of }) {
    const who = inertAll({ operator, name });
    return {
      subject: `${who.operator}: ${number(of)} more imports complete`,
      text: letter(
        `Hello ${who.name},`,
        `${number(of)} more imports are complete. You had had several of these mails already, so they come together.`,
        ...imports.map(({ from, to, stored, unusable, address, ...names }) => {
          const { platform, account, customer } = inertAll({
            ...{ platform: names.platform, account: names.account, customer: names.customer },
          });
          const failed = unusable > 0 ? `, ${number(unusable)} could not be imported` : '';
          const what = `${platform} account "${account}" of ${customer}, ${day(from)} to ${day(to)}: ${count(stored, 'call')}${failed}`;
          return address === undefined ? what : `${what}\n${address}`;
        }),
        of > imports.length ? `And ${number(of - imports.length)} more.` : undefined,
        `If you did not expect this, tell your contact at ${who.operator}.`,
      ),
    };
  },

  trouble({ since, reason, ...names }) {
    const { operator, name, customer, platform, account } = inertAll(names);
    const [what, help] = {
      access: [
        `${platform} does not let us read what we need: it does not accept the access any more, or the person who gave it may see less than before.`,
        `Ask your contact at ${operator} for a link by which you can renew the access; it takes a few minutes.`,
      ],
      silence: [
        'a whole business day brought no calls, although some are usual.',
        `Please see whether calls are still recorded in ${platform}, and whether the person who gave us access still sees them.`,
      ],
      removals: [
        `many calls are gone from ${platform} at once. We have removed none of them.`,
        `Please tell your contact at ${operator} whether they were deleted on purpose. If not, see whether the person who gave us access still sees them.`,
      ],
    }[reason];
    return {
      subject: `${operator}: calls from ${platform} need your attention`,
      text: letter(
        `Hello ${name},`,
        `since ${when(since)} something is wrong with the ${platform} account "${account}" of ${customer}: ${what}`,
        help,
        `If you need help, tell your contact at ${operator}. You will hear from us when it is over.`,
      ),
    };
  },

  troubleOver({ since, ...names }) {
    const { operator, name, customer, platform, account } = inertAll(names);
    return {
      subject: `${operator}: calls from ${platform} come again`,
      text: letter(
        `Hello ${name},`,
        `what was wrong with the ${platform} account "${account}" of ${customer} since ${when(since)} is over. There is nothing left for you to do.`,
      ),
    };
  },

  open: 'Open the page',
  footer: (operator, kind) => `You do not want mails of ${operator} about ${kinds[kind]}?`,
  unsubscribe: {
    title: 'Get no more of these mails?',
    lead: (operator, kind) =>
      `You will get no more mails of ${operator} about ${kinds[kind]}. Links and codes that you need, and news of your accounts, still come.`,
    button: 'End these mails',
    doneTitle: 'These mails have ended',
    done: (operator, kind) =>
      `You get no more mails of ${operator} about ${kinds[kind]}. If you want them again, tell your contact at ${operator}.`,
  },
};

function when(date: Date): string {
  return `${date.toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })} UTC`;
}

function day(date: Date): string {
  return date.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}

function count(value: number, thing: string): string {
  return `${number(value)} ${thing}${value === 1 ? '' : 's'}`;
}
