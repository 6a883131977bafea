import type { AlertFacts, AlertTexts, Vocabulary } from './notices.js';
import { detailOf } from './alert-details.js';

const severities = { WARNING: 'Warning', ERROR: 'Error', PAGE: 'Urgent' } as const;

const work = (facts: AlertFacts): string => `The ${detailOf(facts, 'work')} from ${facts.platform}`;

/** What is wrong, as customers would say it. */
const problems: AlertTexts = {
  CREDENTIAL_BROKEN: ({ platform }) => `${platform} does not let us in any more.`,
  CREDENTIAL_ENDING: ({ platform }) => `Our access to ${platform} ends soon, and nothing prolongs it by itself.`,
  REFRESH_FAILING: ({ platform }) => `${platform} has not renewed our access for a while.`,
  APP_REFUSED: ({ platform }) => `${platform} does not let our app in.`,
  SYNC_FAILING: ({ platform }) => `New calls from ${platform} do not come.`,
  SYNC_LATE: ({ platform }) => `New calls from ${platform} come late.`,
  SCHEDULER_LATE: () => 'New calls come late.',
  RUN_STALLED: facts => `${work(facts)} stands still.`,
  RUN_HELD_UP: facts => `${work(facts)} was tried again and again and gets nowhere.`,
  LIMIT_SPENT: facts => `${work(facts)} waits: the limit of the account there is used up.`,
  IMPORT_FAILED: ({ platform }) => `An import from ${platform} has failed.`,
  FAILED_ITEMS: facts =>
    `Records that ${facts.platform} listed in the last day could not be used: ${detailOf(facts, 'unusable')}. The rest is here.`,
  WEBHOOK_SILENT: ({ platform }) => `${platform} does not tell us of new calls; we look for them ourselves.`,
  WEBHOOK_REFUSED: ({ platform }) => `Events in the name of ${platform} could not be verified.`,
  CALLS_MISSING: facts => `Calls from ${facts.platform} were missing here: ${detailOf(facts, 'fetched')}.`,
  REMOVALS_HELD: facts =>
    `Many calls are gone from ${facts.platform} at once: ${detailOf(facts, 'held')}. We have removed none of them.`,
  PLATFORM_CHANGED: ({ platform }) => `What ${platform} sends has changed and cannot be read.`,
  VOLUME_STOP: facts => `${facts.platform} brought no calls on a day that usually brings ${detailOf(facts, 'usual')}.`,
  VOLUME_DROP: facts => `${facts.platform} brought far fewer calls than usual: ${volume(facts)}.`,
  VOLUME_SURGE: facts => `${facts.platform} brought far more calls than usual: ${volume(facts)}.`,
  CHANNEL_DOWN: () => 'Nothing gets through a channel for notices.',
  ENDPOINT_DOWN: () => 'A program that we send messages to does not take them.',
  OUTBOX_STUCK: () => 'What is to be told is told late.',
  MANY_CONNECTIONS: ({ platform }) => `Many connections to ${platform} have trouble.`,
  DRILL: () => 'Nothing is wrong.',
};

const renew = ({ hasLink }: AlertFacts): string =>
  hasLink
    ? 'Somebody at your company was mailed a link by which the access is renewed; please see that they use it.'
    : 'Ask your contact with us for a link by which you can renew the access; it takes a few minutes.';

/** What customers can do about what is theirs. */
const remedies: Readonly<Partial<Record<keyof AlertTexts, (facts: AlertFacts) => string>>> = {
  CREDENTIAL_BROKEN: renew,
  CREDENTIAL_ENDING: renew,
  SYNC_FAILING: renew,
  IMPORT_FAILED: renew,
  RUN_HELD_UP: renew,
  REMOVALS_HELD: () => 'Tell your contact with us whether they were deleted on purpose.',
  VOLUME_STOP: ({ platform }) =>
    `See whether calls are still recorded in ${platform}, and whether the person who gave us access still sees them.`,
  VOLUME_DROP: () =>
    'See whether part of your team records elsewhere. If it was to be expected, there is nothing to do.',
  VOLUME_SURGE: () => 'If it was to be expected, there is nothing to do. Otherwise tell your contact with us.',
  ENDPOINT_DOWN: () => 'See whether it runs and can be reached. What it missed can be sent again.',
};

export const englishNotices: Vocabulary = {
  severities,
  tellings: {
    ...{ opened: '', worse: 'worse: ', unstable: 'comes and goes: ', reminder: 'still: ' },
    escalated: 'nobody looks after it: ',
  },
  owners: {
    CUSTOMER: 'the customer',
    OPERATOR: 'whoever runs this hub',
    PLATFORM: 'the platform; it mostly ends by itself',
    US: 'engineering',
  },
  problem: ({ problem }) => problem,
  remedy: ({ remedy }) => remedy,
  customers: {
    problem: facts => problems[facts.what](facts),
    remedy: facts =>
      facts.owner === 'CUSTOMER'
        ? (remedies[facts.what]?.(facts) ?? 'Talk to your contact with us.')
        : 'There is nothing for you to do; we look after it.',
  },
  labels: {
    about: 'About',
    since: 'Since',
    waits: 'Waits for it',
    owner: 'Who has to act',
    remedy: 'What to do',
    link: 'Reconnect link for the contact',
    over: 'Over',
    was: 'Was',
    caughtUp: 'Calls brought since it began',
    missing: 'Calls still missing',
    unusable: 'Records that could not be used',
    by: 'Asked for by',
    calls: 'See the calls',
  },
  waiting: (imports, syncs) =>
    [count(imports, 'import'), count(syncs, 'sync')].filter(text => text !== '').join(' and '),
  unacknowledged: hours => `Unacknowledged: for ${hours} hours`,
  lasted: ({ severity, lasting, since }) =>
    `${severity === undefined ? '' : `${severity}, `}for ${lasting}, from ${since}`,
  lasting: (amount, unit) => `${amount} ${unit}`,
  when: date => `${date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })} UTC`,
  nothing: 'There is nothing to do.',
  standingTitle: (customer, alerts) =>
    `${customer === undefined ? 'The hub has trouble' : `Not importing: ${customer}`}, and nobody has looked after it for three days: ${count(alerts, 'alert')}`,
  sinceThen: date => `Since ${date}.`,
  test: (by, channel) => ['This is a test: notices arrive here', `${by} has set up "${channel}" and tries it out.`],
  importTitle: (stored, platform) => `Import done: ${stored} calls from ${platform}`,
  many: (notices, worst) => `${notices} notices${worst === undefined ? '' : `, ${worst.toLowerCase()} and less`}`,
  digest: (every, notices) =>
    `${every === 'DAILY' ? 'Summary of the day' : 'Summary of the week'}: ${count(notices, 'notice')}`,
  more: rest => `and ${rest} more`,
  listed: '; the query `notices` lists them all',
};

function volume(facts: AlertFacts): string {
  return `${detailOf(facts, 'calls')} instead of ${detailOf(facts, 'usual')}`;
}

function count(number: number, thing: string): string {
  return number === 0 ? '' : `${number} ${thing}${number === 1 ? '' : 's'}`;
}
