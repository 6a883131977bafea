/**
 * What notices say: to staff, and in other words to customers, in each language. Another language is another file like
 * `notices.de.ts` and a line here; the types see to it that no text is missing. Names are made inert where they are sent.
 */
import { type Language, languageOf } from './languages.js';
import { germanNotices } from './notices.de.js';
import { englishNotices } from './notices.en.js';

/** What people read. Every line may hold names from outside: each is made inert for where it goes. */
export interface NoticeContent {
  readonly title: string;
  /** Pairs of a label and what stands behind it, or single sentences. */
  readonly lines: readonly string[];
  /** On our own origin, or the operator's. */
  readonly link?: { readonly label: string; readonly url: string };
}

/** A text of each. */
type OfAlerts<T> = Readonly<
  Record<
    | 'CREDENTIAL_BROKEN'
    | 'CREDENTIAL_ENDING'
    | 'REFRESH_FAILING'
    | 'APP_REFUSED'
    | 'SYNC_FAILING'
    | 'SYNC_LATE'
    | 'SCHEDULER_LATE'
    | 'RUN_STALLED'
    | 'RUN_HELD_UP'
    | 'LIMIT_SPENT'
    | 'IMPORT_FAILED'
    | 'FAILED_ITEMS'
    | 'WEBHOOK_SILENT'
    | 'WEBHOOK_REFUSED'
    | 'CALLS_MISSING'
    | 'REMOVALS_HELD'
    | 'PLATFORM_CHANGED'
    | 'VOLUME_STOP'
    | 'VOLUME_DROP'
    | 'VOLUME_SURGE'
    | 'CHANNEL_DOWN'
    | 'ENDPOINT_DOWN'
    | 'OUTBOX_STUCK'
    | 'MANY_CONNECTIONS'
    | 'DRILL',
    T
  >
>;

/** What an alert is about. */
export interface AlertFacts {
  readonly what: keyof OfAlerts<unknown>;
  /** As people know it; empty when it is about none. */
  readonly platform: string;
  /** Numbers, times and names. */
  readonly details: Readonly<Record<string, unknown>>;
  /** In the words that the alert has for staff, in English. */
  readonly problem: string;
  readonly remedy: string;
  /** Somebody at the customer was mailed a link by which it is mended. */
  readonly hasLink: boolean;
  readonly owner: 'CUSTOMER' | 'OPERATOR' | 'PLATFORM' | 'US';
  readonly account: string | undefined;
  readonly since: Date;
}

type Severity = 'WARNING' | 'ERROR' | 'PAGE';

export interface ForAlert extends AlertFacts {
  readonly kind: 'opened' | 'worse' | 'unstable' | 'reminder' | 'resolved' | 'escalated';
  readonly severity: Severity;
  readonly customer: string | undefined;
  readonly until?: Date;
  readonly imports: number;
  readonly syncs: number;
  /** Set when it is over: what came meanwhile, and what is known to be missing still. */
  readonly caughtUp?: number;
  readonly missing?: number;
  readonly link?: string | undefined;
  /** Set when it is told because nobody has acknowledged it for so long. */
  readonly hours?: number;
}

interface ForStanding {
  readonly customer: string | undefined;
  readonly alerts: readonly AlertFacts[];
}

interface ForDone {
  readonly customer: string;
  readonly platform: string;
  readonly account: string;
  readonly stored: number;
  readonly unusable: number;
  readonly by: string;
  readonly link: string | undefined;
}

/** A language, for those who write notices in it. */
export interface Vocabulary {
  readonly severities: Readonly<Record<Severity, string>>;
  /** What the title begins with. */
  readonly tellings: Readonly<Record<Exclude<ForAlert['kind'], 'resolved'>, string>>;
  readonly owners: Readonly<Record<AlertFacts['owner'], string>>;
  /** In staff's words. */
  problem(facts: AlertFacts): string;
  remedy(facts: AlertFacts): string;
  /** In customers' words. */
  readonly customers: {
    problem(facts: AlertFacts): string;
    remedy(facts: AlertFacts): string;
  };
  readonly labels: Readonly<
    Record<
      | 'about'
      | 'since'
      | 'waits'
      | 'owner'
      | 'remedy'
      | 'link'
      | 'was'
      | 'caughtUp'
      | 'missing'
      | 'unusable'
      | 'by'
      | 'calls'
      | 'over',
      string
    >
  >;
  /** What waits; empty for nothing. */
  waiting(imports: number, syncs: number): string;
  unacknowledged(hours: number): string;
  lasted(how: { readonly severity: string | undefined; readonly lasting: string; readonly since: string }): string;
  lasting(amount: number, unit: 'minutes' | 'hours' | 'days'): string;
  when(date: Date): string;
  /** There is nothing to do. */
  readonly nothing: string;
  standingTitle(customer: string | undefined, count: number): string;
  sinceThen(date: string): string;
  test(by: string, channel: string): readonly [title: string, ...lines: readonly string[]];
  importTitle(stored: number, platform: string): string;
  many(count: number, worst: string | undefined): string;
  digest(every: 'DAILY' | 'WEEKLY', count: number): string;
  /** Below what is shown in Slack. */
  more(count: number): string;
  /** Where staff find all of them. */
  readonly listed: string;
}

export interface NoticeWords {
  alert(told: ForAlert): NoticeContent;
  standing(standing: ForStanding): NoticeContent;
  test(test: { readonly by: string; readonly channel: string }): NoticeContent;
  importDone(done: ForDone): NoticeContent;
  many(count: number, worst: 'NEWS' | Severity): string;
  digest(every: 'DAILY' | 'WEEKLY', count: number): string;
  more(count: number): string;
  rest(count: number): string;
}

/** Who reads: staff have means that customers do not have, and links that are not theirs. */
export type Audience = 'staff' | 'customer';

/** One of each language for each audience. */
export type InAllWords<T> = Readonly<Record<Audience, Readonly<Record<Language, T>>>>;

const vocabularies: Readonly<Record<Language, Vocabulary>> = { en: englishNotices, de: germanNotices };
const all: InAllWords<NoticeWords> = {
  staff: { en: wordsOf(vocabularies.en, 'staff'), de: wordsOf(vocabularies.de, 'staff') },
  customer: { en: wordsOf(vocabularies.en, 'customer'), de: wordsOf(vocabularies.de, 'customer') },
};

export interface NoticeReader {
  readonly audience: Audience;
  /** As in `de` or `de-AT`. */
  readonly language: string;
}

export function noticesFor(reader: NoticeReader): NoticeWords {
  return forReader(all, reader);
}

export function forReader<T>(texts: InAllWords<T>, { audience, language }: NoticeReader): T {
  return texts[audience][languageOf(language)];
}

/** What a notice says to everybody who may come to read it. */
export function inAllWords<T>(compose: (words: NoticeWords) => T): InAllWords<T> {
  const { staff, customer } = all;
  return {
    staff: { en: compose(staff.en), de: compose(staff.de) },
    customer: { en: compose(customer.en), de: compose(customer.de) },
  };
}

function wordsOf(vocabulary: Vocabulary, audience: Audience): NoticeWords {
  const { labels, severities } = vocabulary;
  const isStaff = audience === 'staff';
  const { problem, remedy } = isStaff ? vocabulary : vocabulary.customers;
  const line = (label: keyof Vocabulary['labels'], value: string | number) => `${labels[label]}: ${value}`;
  const about = (names: readonly (string | undefined)[]) => {
    const known = names.filter(name => name !== undefined).join(', ');
    return known === '' ? [] : [line('about', known)];
  };
  const aboutOf = ({ customer, account }: ForAlert) => about(isStaff ? [customer, account] : [account]);

  const over = (told: ForAlert): NoticeContent => {
    const { since, until = since, caughtUp, missing, severity } = told;
    const lasting = lastingOf(vocabulary, since, until);
    const lasted = { severity: isStaff ? severities[severity] : undefined, lasting, since: vocabulary.when(since) };
    return {
      title: line('over', problem(told)),
      lines: [
        ...aboutOf(told),
        line('was', vocabulary.lasted(lasted)),
        ...(caughtUp === undefined ? [] : [line('caughtUp', caughtUp)]),
        ...(missing === undefined ? [] : [line('missing', missing)]),
        vocabulary.nothing,
      ],
    };
  };

  return {
    alert(told) {
      const { kind, severity, owner, since, imports, syncs, link, hours } = told;
      if (kind === 'resolved') return over(told);
      const waits = vocabulary.waiting(imports, syncs);
      const telling = vocabulary.tellings[kind === 'escalated' && !isStaff ? 'reminder' : kind];
      return {
        title: `${isStaff ? `${severities[severity]}: ` : ''}${telling}${problem(told)}`,
        lines: [
          ...aboutOf(told),
          line('since', vocabulary.when(since)),
          ...(hours === undefined || !isStaff ? [] : [vocabulary.unacknowledged(hours)]),
          ...(waits === '' ? [] : [line('waits', waits)]),
          ...(isStaff ? [line('owner', vocabulary.owners[owner])] : []),
          line('remedy', remedy(told)),
        ],
        // It is for one of them alone, who has been mailed it.
        ...(link !== undefined && isStaff && { link: { label: labels.link, url: link } }),
      };
    },

    standing({ customer, alerts }) {
      return {
        title: vocabulary.standingTitle(customer, alerts.length),
        lines: alerts.map(facts =>
          [
            ...(facts.account === undefined ? [] : [`${facts.account}:`]),
            problem(facts),
            vocabulary.sinceThen(vocabulary.when(facts.since)),
          ].join(' '),
        ),
      };
    },

    test({ by, channel }) {
      const [title, ...lines] = vocabulary.test(by, channel);
      return { title, lines: [...lines, vocabulary.nothing] };
    },

    importDone({ customer, platform, account, stored, unusable, by, link }) {
      return {
        title: vocabulary.importTitle(stored, platform),
        lines: [
          ...about(isStaff ? [customer, account] : [account]),
          ...(unusable > 0 ? [line('unusable', unusable)] : []),
          line('by', by),
        ],
        ...(link !== undefined && { link: { label: labels.calls, url: link } }),
      };
    },

    many: (count, worst) => vocabulary.many(count, worst === 'NEWS' ? undefined : severities[worst]),
    digest: (every, count) => vocabulary.digest(every, count),
    more: count => vocabulary.more(count),
    rest: count => `${vocabulary.more(count)}${isStaff ? vocabulary.listed : ''}.`,
  };
}

function lastingOf({ lasting }: Vocabulary, from: Date, to: Date): string {
  const minutes = Math.max(1, Math.round((to.getTime() - from.getTime()) / 60_000));
  if (minutes < 120) return lasting(minutes, 'minutes');
  const hours = Math.round(minutes / 60);
  return hours < 48 ? lasting(hours, 'hours') : lasting(Math.round(hours / 24), 'days');
}

/** What an alert of each kind is. */
export type AlertTexts = OfAlerts<(facts: AlertFacts) => string>;
