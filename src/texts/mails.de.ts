import { inertAll, lastOf, letter } from './letter.js';
import type { Dispensable, Mails } from './mails.js';

const kinds: Readonly<Record<Dispensable, string>> = {
  IMPORTS: 'abgeschlossene Importe',
  NOTICES: 'Hinweise und Warnungen',
};

export const german: Mails = {
  language: 'de',

  link({ address, expiresAt, purpose, stillWorks, ...names }) {
    const { operator, askedBy, name, customer, platform } = inertAll(names);
    const asks = askedBy === null ? operator : `${askedBy} von ${operator}`;
    const [subject, what, why] =
      purpose === 'connect'
        ? [
            `bitte verbinden Sie das ${platform}-Konto von ${customer}`,
            `das ${platform}-Konto von ${customer} zu verbinden`,
            `${operator} kann dann Ihre aufgezeichneten Gespräche übernehmen.`,
          ]
        : [
            `bitte erneuern Sie den Zugang zum ${platform}-Konto von ${customer}`,
            `den Zugang zum ${platform}-Konto von ${customer} zu erneuern`,
            stillWorks
              ? 'Er gilt noch, läuft aber bald ab. Rechtzeitig erneuert, muss nichts anhalten.'
              : `${platform} nimmt den Zugang nicht mehr an. Was im Gange war, ruht und geht danach von selbst weiter.`,
          ];
    return {
      subject: `${operator}: ${subject}`,
      text: letter(
        `Guten Tag ${name},`,
        `${asks} bittet Sie, ${what}. ${why}`,
        `Öffnen Sie diese Seite, die nur für Sie bestimmt ist:\n${address}`,
        `Sie funktioniert einmal, bis ${when(expiresAt)}. Sie erhalten eine zweite E-Mail mit einem Code. Wenn Sie nicht zuständig sind, können Sie auf der Seite jemanden benennen; bitte leiten Sie diese E-Mail nicht weiter.`,
        `Wenn Sie das nicht erwartet haben, tun Sie nichts und sagen Sie Ihrem Kontakt bei ${operator} Bescheid.`,
      ),
    };
  },

  code({ code, ...names }) {
    const { operator, name, platform } = inertAll(names);
    return {
      subject: `${operator}: Ihr Code für die Verbindung mit ${platform}`,
      text: letter(
        `Guten Tag ${name},`,
        `Ihr Code lautet ${code}`,
        'Geben Sie ihn innerhalb von 10 Minuten auf der Seite ein, die danach gefragt hat. Geben Sie ihn niemandem: Wir fragen nie per E-Mail, Chat oder Telefon danach.',
        `Wenn Sie diese Seite nicht geöffnet haben, hat jemand anders Ihren Link. Tun Sie nichts und sagen Sie Ihrem Kontakt bei ${operator} Bescheid.`,
      ),
    };
  },

  connected(names) {
    const { operator, name, customer, platform, account, by } = inertAll(names);
    return {
      subject: `${operator}: Das ${platform}-Konto von ${customer} ist verbunden`,
      text: letter(
        `Guten Tag ${name},`,
        `${by} hat das ${platform}-Konto „${account}“ von ${customer} verbunden. ${operator} kann ab jetzt Gespräche daraus lesen.`,
        `Wenn das nicht richtig ist, sagen Sie es Ihrem Kontakt bei ${operator}, der die Verbindung sofort beenden kann.`,
      ),
    };
  },

  imported({ from, to, stored, transcripts, unusable, address, ...names }) {
    const { operator, name, customer, platform, account, askedBy } = inertAll(names);
    return {
      subject: `${operator}: Import abgeschlossen, ${number(stored)} ${stored === 1 ? 'Gespräch' : 'Gespräche'} aus ${platform}`,
      text: letter(
        `Guten Tag ${name},`,
        `der Import aus dem ${platform}-Konto „${account}“ von ${customer} ist abgeschlossen.`,
        [
          `Gespräche: ${number(stored)}`,
          `Mit Transkript: ${number(transcripts)}`,
          ...(unusable > 0 ? [`Nicht importierbar: ${number(unusable)}`] : []),
          `Von: ${day(from)}`,
          `Bis: ${day(lastOf(to))}`,
          `Beauftragt von: ${askedBy}`,
        ].join('\n'),
        unusable > 0
          ? `${operator} kann sehen, was ${unusable === 1 ? 'mit dem einen Gespräch nicht stimmte, das nicht importiert werden konnte' : 'mit den Gesprächen nicht stimmte, die nicht importiert werden konnten'}. Alle anderen sind da.`
          : undefined,
        address === undefined ? undefined : `Ihre Gespräche ansehen:\n${address}`,
        `Wenn Sie das nicht erwartet haben, sagen Sie Ihrem Kontakt bei ${operator} Bescheid.`,
      ),
    };
  },

  importedMany({ operator, name, imports, count: of }) {
    const who = inertAll({ operator, name });
    return {
      subject: `${who.operator}: ${number(of)} weitere Importe abgeschlossen`,
      text: letter(
        `Guten Tag ${who.name},`,
        `${number(of)} weitere Importe sind abgeschlossen. Sie hatten schon mehrere dieser E-Mails erhalten, deshalb kommen sie zusammen.`,
        ...imports.map(({ from, to, stored, unusable, address, ...names }) => {
          const { platform, account, customer } = inertAll({
            ...{ platform: names.platform, account: names.account, customer: names.customer },
          });
          const calls = `${number(stored)} ${stored === 1 ? 'Gespräch' : 'Gespräche'}`;
          const failed = unusable > 0 ? `, ${number(unusable)} nicht importierbar` : '';
          const what = `${platform}-Konto „${account}“ von ${customer}, ${day(from)} bis ${day(to)}: ${calls}${failed}`;
          return address === undefined ? what : `${what}\n${address}`;
        }),
        of > imports.length ? `Und ${number(of - imports.length)} weitere.` : undefined,
        `Wenn Sie das nicht erwartet haben, sagen Sie Ihrem Kontakt bei ${who.operator} Bescheid.`,
      ),
    };
  },

  trouble({ since, reason, ...names }) {
    const { operator, name, customer, platform, account } = inertAll(names);
    const [what, help] = {
      access: [
        `${platform} lässt uns nicht lesen, was wir brauchen: Der Zugang wird nicht mehr angenommen, oder die Person, die ihn gegeben hat, darf weniger sehen als zuvor.`,
        `Bitten Sie Ihren Kontakt bei ${operator} um einen Link, mit dem Sie den Zugang erneuern können; es dauert wenige Minuten.`,
      ],
      silence: [
        'Ein ganzer Arbeitstag hat keine Gespräche gebracht, obwohl sonst welche kommen.',
        `Bitte sehen Sie nach, ob in ${platform} noch Gespräche aufgezeichnet werden und ob die Person, die uns den Zugang gegeben hat, sie noch sieht.`,
      ],
      removals: [
        `Viele Gespräche sind auf einmal aus ${platform} verschwunden. Wir haben keines davon entfernt.`,
        `Bitte sagen Sie Ihrem Kontakt bei ${operator}, ob sie mit Absicht gelöscht wurden. Wenn nicht, sehen Sie nach, ob die Person, die uns den Zugang gegeben hat, sie noch sieht.`,
      ],
    }[reason];
    return {
      subject: `${operator}: Gespräche aus ${platform} brauchen Ihre Aufmerksamkeit`,
      text: letter(
        `Guten Tag ${name},`,
        `seit ${when(since)} stimmt etwas mit dem ${platform}-Konto „${account}“ von ${customer} nicht. ${what}`,
        help,
        `Wenn Sie Hilfe brauchen, sagen Sie Ihrem Kontakt bei ${operator} Bescheid. Wir melden uns, wenn es vorbei ist.`,
      ),
    };
  },

  troubleOver({ since, ...names }) {
    const { operator, name, customer, platform, account } = inertAll(names);
    return {
      subject: `${operator}: Gespräche aus ${platform} kommen wieder`,
      text: letter(
        `Guten Tag ${name},`,
        `was seit ${when(since)} mit dem ${platform}-Konto „${account}“ von ${customer} nicht stimmte, ist vorbei. Sie müssen nichts mehr tun.`,
      ),
    };
  },

  open: 'Seite öffnen',
  footer: (operator, kind) => `Sie möchten keine E-Mails von ${operator} über ${kinds[kind]}?`,
  unsubscribe: {
    title: 'Diese E-Mails nicht mehr erhalten?',
    lead: (operator, kind) =>
      `Sie erhalten dann keine E-Mails von ${operator} über ${kinds[kind]} mehr. Links und Codes, die Sie brauchen, und Nachrichten zu Ihren Konten kommen weiterhin.`,
    button: 'Diese E-Mails beenden',
    doneTitle: 'Diese E-Mails sind beendet',
    done: (operator, kind) =>
      `Sie erhalten keine E-Mails von ${operator} über ${kinds[kind]} mehr. Wenn Sie sie wieder möchten, sagen Sie es Ihrem Kontakt bei ${operator}.`,
  },
};

function when(date: Date): string {
  return `${date.toLocaleString('de-DE', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })} UTC`;
}

function day(date: Date): string {
  return date.toLocaleDateString('de-DE', { dateStyle: 'long', timeZone: 'UTC' });
}

function number(value: number): string {
  return value.toLocaleString('de-DE');
}
