/**
 * What customers read in mails, by language. Another language is another file like `mails.de.ts` and a line here; the type
 * sees to it that no text is missing. Whoever reads a language that is not here gets English.
 */
import { type Language, languageOf } from './languages.js';
import type { MailText } from './letter.js';
import { german } from './mails.de.js';
import { english } from './mails.en.js';

export interface ForLink {
  readonly operator: string;
  readonly askedBy: string | null;
  readonly name: string;
  readonly customer: string;
  readonly platform: string;
  readonly purpose: 'connect' | 'reconnect';
  /** The access that is to be renewed has not ended yet. */
  readonly stillWorks: boolean;
  readonly address: string;
  readonly expiresAt: Date;
}

export interface ForCode {
  readonly operator: string;
  readonly name: string;
  readonly platform: string;
  readonly code: string;
}

export type ForConnected = Readonly<Record<'operator' | 'name' | 'customer' | 'platform' | 'account' | 'by', string>>;

export interface ForImported {
  readonly operator: string;
  readonly name: string;
  readonly customer: string;
  readonly platform: string;
  readonly account: string;
  readonly askedBy: string;
  /** Calls that were asked for: from then on, and before then. */
  readonly from: Date;
  readonly to: Date;
  readonly stored: number;
  readonly transcripts: number;
  readonly unusable: number;
  /** Where the calls can be seen. */
  readonly address: string | undefined;
}

export interface ForImportedMany {
  readonly operator: string;
  readonly name: string;
  /** The first of them. */
  readonly imports: readonly Omit<ForImported, 'operator' | 'name'>[];
  readonly count: number;
}

export interface ForTroubleOver {
  readonly operator: string;
  readonly name: string;
  readonly customer: string;
  readonly platform: string;
  readonly account: string;
  readonly since: Date;
}

export interface ForTrouble extends ForTroubleOver {
  /** We are not let in, no calls come, or many calls are gone. */
  readonly reason: 'access' | 'silence' | 'removals';
}

/** What somebody may do without. */
export type Dispensable = 'IMPORTS' | 'NOTICES';

export interface Mails {
  /** As in `<html lang>`. */
  readonly language: Language;
  link(about: ForLink): MailText;
  code(about: ForCode): MailText;
  connected(about: ForConnected): MailText;
  imported(about: ForImported): MailText;
  /** Of whom the contact had been told of enough already when they were done. */
  importedMany(about: ForImportedMany): MailText;
  /** Something is wrong that they can mend. */
  trouble(about: ForTrouble): MailText;
  troubleOver(about: ForTroubleOver): MailText;
  /** On the button of an address. */
  readonly open: string;
  /** Stands below mails that can be done without, before `unsubscribe.button`, which leads to where they are ended. */
  footer(operator: string, kind: Dispensable): string;
  /** The page at that address. */
  readonly unsubscribe: {
    readonly title: string;
    lead(operator: string, kind: Dispensable): string;
    /** Also on the link below such mails. */
    readonly button: string;
    readonly doneTitle: string;
    done(operator: string, kind: Dispensable): string;
  };
}

const mails: Readonly<Record<Language, Mails>> = { en: english, de: german };

/** In this language, as in `de` or `de-AT`; else in English. */
export function mailsIn(language: string): Mails {
  return mails[languageOf(language)];
}
