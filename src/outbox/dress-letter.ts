import type { ContactMail } from '../customers/index.js';
import type { House } from '../scope.js';
import { letterHtml } from '../texts/letter-html.js';
import { mailsIn } from '../texts/mails.js';
import { unsubscribeAddress } from './unsubscribe.js';

interface Undressed {
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  /** Whoever gets it can do without. */
  readonly dispensable?: { readonly contactId: string; readonly kind: ContactMail } | undefined;
}

interface Dressed {
  readonly text: string;
  readonly html: string;
  readonly unsubscribeUrl: string | undefined;
}

/** A mail as it goes out: as text and as HTML, and with the way to end such mails where there is one. */
export async function dressLetter(house: House, { language, subject, text, dispensable }: Undressed): Promise<Dressed> {
  const { operatorName: sender, callsUrl, keyring, clock } = house;
  const url = await house.linkUrl().catch(() => undefined);
  const words = mailsIn(language);
  const unsubscribeUrl =
    url === undefined || dispensable === undefined
      ? undefined
      : unsubscribeAddress(keyring, url, { ...dispensable, now: clock.now() });
  const footer =
    unsubscribeUrl === undefined || dispensable === undefined
      ? undefined
      : {
          text: words.footer(sender, dispensable.kind),
          label: words.unsubscribe.button,
          url: unsubscribeUrl,
        };
  const origins = [url, callsUrl && new URL(callsUrl).origin].filter(origin => origin !== undefined);
  const html = letterHtml({
    ...{ sender, subject, text, origins, footer },
    language: words.language,
    open: words.open,
  });
  return {
    text: footer === undefined ? text : `${text}\n${footer.text} ${footer.label}:\n${footer.url}\n`,
    html,
    unsubscribeUrl,
  };
}
