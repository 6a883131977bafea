import type { PageTexts } from './page.js';

const reads: Readonly<Record<string, string>> = {
  'list-calls': 'Gespräche: wann, wie lange, Titel und wer teilgenommen hat',
  transcripts: 'Transkripte dieser Gespräche',
  'recording-references': 'Welche Aufzeichnungen es gibt; die Aufzeichnungen selbst bleiben, wo sie sind',
};

export const german: PageTexts = {
  language: 'de',
  steps: (platform, byTicket) => [
    byTicket ? 'Sehen, worum es geht' : 'Bestätigen, dass Sie es sind',
    `${platform} verbinden`,
    'Konto prüfen',
  ],
  stepsLabel: 'Schritte',
  error: 'Fehler: ',
  problem: 'Das hat nicht geklappt',
  reads: capability => reads[capability],
  closes: byTicket =>
    `Zu Ihrer Sicherheit schließt sich diese Seite nach 15 Minuten ohne einen Schritt. ${byTicket ? 'Sie können dann dort wieder beginnen, woher Sie gekommen sind.' : 'Sie können dann den Link in der E-Mail wieder öffnen.'}`,

  intro: {
    title: (purpose, platform) => (purpose === 'connect' ? `${platform} verbinden` : `Zugang zu ${platform} erneuern`),
    lead: ({ purpose, customer, platform, stillWorks }) => {
      if (purpose === 'connect')
        return `Sie werden gebeten, das ${platform}-Konto von ${customer} zu verbinden. Es dauert wenige Minuten.`;
      if (stillWorks)
        return `Der Zugang zum ${platform}-Konto von ${customer} muss erneuert werden, bevor er endet. Bis dahin geht alles weiter.`;
      return `Der Zugang zum ${platform}-Konto von ${customer} funktioniert nicht mehr und muss erneuert werden. Was ruht, geht danach von selbst weiter.`;
    },
    who: 'Wer darum bittet',
    asker: (askedBy, operator) => (askedBy === undefined ? operator : `${askedBy}, ${operator}`),
    forWhom: 'Für',
    platform: 'Plattform',
    account: 'Konto',
    anyAccount: 'Das, welches Sie wählen; Sie prüfen es, bevor etwas verbunden wird',
    reads: 'Was gelesen wird',
    readsOnly: platform => `In ${platform} wird nichts geändert oder gelöscht.`,
    code: address => `Zuerst schicken wir einen Code an ${address}, um sicher zu sein, dass Sie es sind.`,
    button: 'Code schicken',
    goOn: 'Weiter',
    notMe: 'Nicht die richtige Person?',
    notMeText: 'Gehen Sie trotzdem mit dem Code weiter: Danach können Sie jemanden nennen, der es tun kann.',
  },

  code: {
    title: 'Code eingeben',
    lead: address => `Wir haben einen Code aus sechs Ziffern an ${address} geschickt. Er gilt 10 Minuten.`,
    field: 'Code',
    hint: 'Sechs Ziffern. Sie können ihn einfügen.',
    button: 'Weiter',
    again: 'Neuen Code schicken',
    nothingCame: 'Nach einer Minute keine E-Mail? Sehen Sie unter unerwünschten E-Mails nach, oder',
    wrong: left => `Das ist nicht der Code. Sie haben noch ${left === 1 ? 'einen Versuch' : `${left} Versuche`}.`,
    over: 'Dieser Code gilt nicht mehr. Lassen Sie sich einen neuen schicken.',
    tooSoon: 'Gerade wurde ein Code geschickt. Bitte warten Sie eine halbe Minute, bevor Sie um einen neuen bitten.',
    noMore: operator =>
      `Für diesen Link können keine Codes mehr geschickt werden. Bitten Sie Ihren Kontakt bei ${operator} um einen neuen Link.`,
  },

  waysIn: {
    title: platform => `Zugang zu ${platform} geben`,
    before: 'Was Sie brauchen',
    expected: account => `Es muss dasselbe Konto sein wie bisher: ${account}`,
    safe: platform =>
      `Wir probieren die Werte sofort bei ${platform} aus und bewahren sie verschlüsselt auf. Niemand kann sie wieder lesen.`,
    button: 'Ausprobieren und weiter',
    signInButton: (_label, platform) => `Bei ${platform} anmelden`,
    signIn: platform =>
      `Sie gehen weiter zu ${platform}, melden sich dort als Administrator an und kommen hierher zurück.`,
    mismatchTitle: 'Das ist ein anderes Konto',
    mismatch: (found, expected) =>
      `Diese Werte gehören zum Konto „${found}“. Zu erneuern ist die Verbindung mit „${expected}“. Nichts wurde gespeichert.`,
    mismatchRemedy: operator =>
      `Nehmen Sie Werte desselben Kontos. Wenn Sie zu einem anderen Konto gewechselt sind, sagen Sie es Ihrem Kontakt bei ${operator}: Das ist eine neue Verbindung.`,
    notMe: 'Ich bin nicht dafür zuständig',
    waits: (name, operator) =>
      `Danke. ${operator} sieht sich Ihren Vorschlag an und schickt ${name} einen Link. Sie können diese Seite schließen oder, wenn Sie es doch tun können, unten weitergehen.`,
  },

  away: {
    title: platform => `Weiter zu ${platform}`,
    lead: platform =>
      `Sie melden sich bei ${platform} an und stimmen dort zu. Dann kommen Sie hierher zurück und prüfen das Konto.`,
    link: platform => `Weiter zu ${platform}`,
  },

  colleague: {
    title: 'Wer kann das tun?',
    lead: (operator, platform) =>
      `Nennen Sie die Person, die sich um ${platform} kümmert. ${operator} prüft das und schickt ihr dann einen eigenen Link.`,
    name: 'Name',
    email: 'E-Mail-Adresse',
    button: 'Diese Person vorschlagen',
    back: 'Zurück',
    wrong: {
      name: 'Geben Sie einen Namen mit höchstens 200 Zeichen ein.',
      email: 'Geben Sie eine E-Mail-Adresse ein, etwa ada@example.com.',
    },
  },

  confirm: {
    title: 'Ist das das richtige Konto?',
    lead: platform => `${platform} lässt uns hinein. Noch ist nichts verbunden.`,
    account: 'Gefundenes Konto',
    forWhom: 'Zu verbinden für',
    note: 'Gut zu wissen',
    yes: 'Ja, verbinden',
    no: 'Nein, ein anderes nehmen',
  },

  done: {
    title: 'Verbunden',
    lead: (platform, account) =>
      account === undefined
        ? `Ihr ${platform}-Konto ist verbunden.`
        : `Das ${platform}-Konto „${account}“ ist verbunden.`,
    rest: operator =>
      `${operator} weiß es schon, und was gewartet hat, geht von selbst weiter. Sie müssen nichts mehr tun und können diese Seite schließen.`,
  },

  notValid: {
    title: 'Dieser Link funktioniert nicht',
    lead: 'Vielleicht wurde er schon benutzt, durch einen neueren ersetzt oder ist mehr als drei Tage alt. Vielleicht wurde er nicht ganz kopiert.',
    rest: operator =>
      `Wenn Sie mittendrin waren, öffnen Sie den Link in der E-Mail noch einmal, oder beginnen Sie dort wieder, woher Sie gekommen sind. Sonst bitten Sie Ihren Kontakt bei ${operator} um einen neuen.`,
  },

  tooOften: { title: 'Zu viele Versuche', lead: 'Bitte warten Sie eine Minute und versuchen Sie es wieder.' },
  broken: {
    title: 'Das hat nicht geklappt',
    lead: 'Es liegt an uns. Nichts wurde verbunden. Bitte versuchen Sie es in einigen Minuten wieder.',
    reference: reference => `Wenn es so bleibt, nennen Sie Ihrem Kontakt diese Nummer: ${reference}`,
  },
};
