import type { AlertFacts, AlertTexts, Vocabulary } from './notices.js';
import { detailOf } from './alert-details.js';

const work = (facts: AlertFacts): string =>
  `${detailOf(facts, 'work') === 'import' ? 'Der Import' : 'Der Abgleich'} aus ${facts.platform}`;

/** What is wrong, in words that anybody understands. */
const problems: AlertTexts = {
  CREDENTIAL_BROKEN: ({ platform }) => `${platform} lässt uns nicht mehr hinein.`,
  CREDENTIAL_ENDING: ({ platform }) => `Der Zugang zu ${platform} läuft bald ab, und nichts verlängert ihn von selbst.`,
  REFRESH_FAILING: ({ platform }) => `${platform} hat den Zugang seit einer Weile nicht erneuert.`,
  APP_REFUSED: facts =>
    `${facts.platform} nimmt unsere App nicht an. Kein Zugang darüber lässt sich erneuern; Verbindungen, die daran hängen: ${detailOf(facts, 'connections')}.`,
  SYNC_FAILING: ({ platform }) => `Der Abgleich mit ${platform} schlägt fehl.`,
  SYNC_LATE: ({ platform }) =>
    `Der Abgleich mit ${platform} ist länger nicht zu Ende gekommen, als sein Zeitplan sagt.`,
  SCHEDULER_LATE: facts =>
    `${detailOf(facts, 'late')} von ${detailOf(facts, 'active')} Abgleichen hätten vor mehr als fünf Minuten beginnen sollen.`,
  RUN_STALLED: facts => `${work(facts)} hat seit einer Weile nichts gespeichert.`,
  RUN_HELD_UP: facts => `${work(facts)} wurde immer wieder versucht und kommt nicht voran.`,
  LIMIT_SPENT: facts =>
    `${work(facts)} wartet seit mehr als einer Stunde: Das Kontingent des Kontos dort ist aufgebraucht.`,
  IMPORT_FAILED: ({ platform }) => `Ein Import aus ${platform} ist fehlgeschlagen.`,
  FAILED_ITEMS: facts =>
    `Einträge, die ${facts.platform} am letzten Tag aufgeführt hat und die nicht zu verwenden waren: ${detailOf(facts, 'unusable')}. Der Rest ist da.`,
  WEBHOOK_SILENT: ({ platform }) => `${platform} meldet neue Gespräche nicht; wir sehen selbst nach ihnen.`,
  WEBHOOK_REFUSED: ({ platform }) => `Ereignisse im Namen von ${platform} ließen sich nicht prüfen.`,
  CALLS_MISSING: facts => `Gespräche aus ${facts.platform}, die hier gefehlt haben: ${detailOf(facts, 'fetched')}.`,
  REMOVALS_HELD: facts =>
    `Viele Gespräche sind auf einmal aus ${facts.platform} verschwunden: ${detailOf(facts, 'held')}. Wir haben keines davon entfernt.`,
  PLATFORM_CHANGED: facts =>
    `Was ${facts.platform} schickt, hat sich geändert. Einzelheiten stehen beim Alarm in \`details\`.`,
  VOLUME_STOP: facts =>
    `${facts.platform} hat keine Gespräche gebracht, an einem Tag, der sonst ${detailOf(facts, 'usual')} bringt.`,
  VOLUME_DROP: facts => `${facts.platform} hat viel weniger Gespräche gebracht als sonst: ${volume(facts)}.`,
  VOLUME_SURGE: facts => `${facts.platform} hat viel mehr Gespräche gebracht als sonst: ${volume(facts)}.`,
  CHANNEL_DOWN: () => 'Durch einen Kanal für Hinweise kommt nichts.',
  ENDPOINT_DOWN: () => 'Ein Programm, dem wir Nachrichten schicken, nimmt sie nicht an.',
  OUTBOX_STUCK: () =>
    'Was aus Ereignissen folgt, ist seit fünf Minuten nicht geschehen: Links zum Erneuern können fehlen.',
  MANY_CONNECTIONS: facts =>
    `${detailOf(facts, 'connections')} von ${detailOf(facts, 'of')} Verbindungen zu ${facts.platform} haben ungefähr gleichzeitig Schwierigkeiten. Es liegt an ${facts.platform} oder an diesem Hub, nicht an den Kunden; ihnen wird nicht geschrieben.`,
  DRILL: () => 'Alles ist in Ordnung: Der Hub prüft, ob er es merken würde.',
};

const byItself = 'Es wird von selbst wieder versucht.';
const renewal = ({ hasLink }: AlertFacts): string =>
  hasLink
    ? 'Es gibt einen Link zum Erneuern für den Kontakt; geben Sie ihn weiter, wenn die E-Mail nicht gesehen wurde. Was ruht, geht von selbst weiter.'
    : 'Machen Sie mit `createReconnectLink` einen Link zum Erneuern; hat der Kunde keinen Kontakt, tragen Sie zuerst mit `createContact` einen ein.';
const recorded =
  'Fragen Sie, ob dort noch aufgezeichnet wird und ob die Person, die sich angemeldet hat, die Gespräche noch sieht. War es zu erwarten, sagen Sie es mit `expectVolume`.';

/** What staff can do. */
const remedies: AlertTexts = {
  CREDENTIAL_BROKEN: renewal,
  CREDENTIAL_ENDING: renewal,
  REFRESH_FAILING: ({ platform }) => `${byItself} Bleibt es so, sehen Sie nach, ob ${platform} eine Störung hat.`,
  APP_REFUSED: ({ platform }) =>
    `Prüfen Sie Client-ID und Secret der App für ${platform}: \`setPlatformApp\` oder die Umgebung des Hubs. Kunden können nichts daran ändern, und keiner wird gebeten, sich neu zu verbinden, solange Sie diesen Alarm nicht beenden.`,
  SYNC_FAILING: () => `Sehen Sie sich \`sync { problem }\` an. ${byItself}`,
  SYNC_LATE: () => 'Worauf er wartet, zeigt `sync { waitsFor }`. Der nächste Abgleich holt nach, was fehlt.',
  SCHEDULER_LATE: () =>
    'Sehen Sie nach, ob Worker laufen und die Datenbank erreichen; starten Sie mehr, wenn sie ausgelastet sind.',
  RUN_STALLED: () =>
    'Sehen Sie nach, ob Worker laufen und die Datenbank erreichen. Ein anderer Worker übernimmt, wenn der eigene weg ist.',
  RUN_HELD_UP: () => `${byItself} Den Grund nennt der Alarm in \`problem\`.`,
  LIMIT_SPENT: ({ platform }) =>
    `Es geht von selbst weiter. Geschieht es oft, bitten Sie ${platform} um ein höheres Kontingent und sehen Sie nach, was dieses Konto sonst noch benutzt.`,
  IMPORT_FAILED: () =>
    'Den Grund nennt der Alarm in `problem`. Starten Sie danach einen neuen Import desselben Zeitraums; was schon da ist, wird nicht verdoppelt.',
  FAILED_ITEMS: () =>
    'Die Gründe nennt `import { unusableRecords }`. Was die Plattform in Ordnung bringt, kommt mit einem neuen Import des Zeitraums.',
  WEBHOOK_SILENT: () =>
    'Die Gespräche werden so lange abgefragt. Was zu tun ist, nennt der Alarm in `remedy`; die Plattform muss vielleicht neu abonniert werden.',
  WEBHOOK_REFUSED: () =>
    'Prüfen Sie das Geheimnis, mit dem die Plattform ihre Ereignisse unterschreibt. Stimmt es, schickt sie jemand anders.',
  CALLS_MISSING: () =>
    'Sie sind nachgeholt worden; `sync { gaps }` nennt sie. Geschieht es wieder, erscheinen Gespräche dort später als bekannt: Melden Sie es.',
  REMOVALS_HELD: () =>
    'Fragen Sie, ob dort so viele gelöscht wurden oder ob die Person, die sich angemeldet hat, weniger sieht. Nur im ersten Fall rufen Sie `confirmRemovals` auf.',
  PLATFORM_CHANGED: () =>
    'Vergleichen Sie die Probe in `details` mit dem, was der Connector liest. Was beiseitegelegt wurde, kann danach wieder importiert werden.',
  VOLUME_STOP: () => recorded,
  VOLUME_DROP: () =>
    'Fragen Sie, ob ein Teil des Teams anderswo aufzeichnet oder gegangen ist. War es zu erwarten, sagen Sie es mit `expectVolume`.',
  VOLUME_SURGE: () =>
    'Sehen Sie nach, ob Gespräche doppelt aufgeführt sind und was sie kosten. War es zu erwarten, sagen Sie es mit `expectVolume`.',
  CHANNEL_DOWN: () =>
    'Sehen Sie sich `noticeChannels { name problem failingSince }` an. Richten Sie ihn mit einer neuen Adresse neu ein, wenn es diese nicht mehr gibt, und geben Sie ihm mit `changeNoticeChannel` einen Ersatz.',
  ENDPOINT_DOWN: () =>
    'Was er antwortet, zeigt `deliveries`. Nach fünf Tagen wird er abgeschaltet; dann schalten Sie ihn mit `updateEndpoint` wieder ein und schicken mit `replayChanges`, was er versäumt hat.',
  OUTBOX_STUCK: () => 'Das Protokoll der Worker sagt, was dagegensteht.',
  MANY_CONNECTIONS: ({ platform }) =>
    `Sehen Sie sich die Statusseite von ${platform}, Client-ID und Secret der App und das Protokoll an. Müssen die Kunden ihren Zugang doch erneuern, beenden Sie diesen Alarm: Dann wird jeder gefragt.`,
  DRILL: () => 'Es ist nichts zu tun.',
};

const renew = ({ hasLink }: AlertFacts): string =>
  hasLink
    ? 'Jemand in Ihrem Unternehmen hat eine E-Mail mit einem Link bekommen, mit dem der Zugang erneuert wird; bitte sorgen Sie dafür, dass er benutzt wird.'
    : 'Bitten Sie Ihren Kontakt bei uns um einen Link, mit dem Sie den Zugang erneuern können; es dauert wenige Minuten.';

/** What customers can do about what is theirs. */
const forCustomers: Readonly<Partial<Record<keyof AlertTexts, (facts: AlertFacts) => string>>> = {
  CREDENTIAL_BROKEN: renew,
  CREDENTIAL_ENDING: renew,
  SYNC_FAILING: renew,
  IMPORT_FAILED: renew,
  RUN_HELD_UP: renew,
  REMOVALS_HELD: () => 'Sagen Sie Ihrem Kontakt bei uns, ob sie mit Absicht gelöscht wurden.',
  VOLUME_STOP: ({ platform }) =>
    `Sehen Sie nach, ob in ${platform} noch Gespräche aufgezeichnet werden und ob die Person, die uns den Zugang gegeben hat, sie noch sieht.`,
  VOLUME_DROP: () =>
    'Sehen Sie nach, ob ein Teil Ihres Teams anderswo aufzeichnet. War es zu erwarten, müssen Sie nichts tun.',
  VOLUME_SURGE: () => 'War es zu erwarten, müssen Sie nichts tun. Sonst sagen Sie Ihrem Kontakt bei uns Bescheid.',
  ENDPOINT_DOWN: () =>
    'Sehen Sie nach, ob es läuft und zu erreichen ist. Was es versäumt hat, kann wieder geschickt werden.',
};

export const germanNotices: Vocabulary = {
  severities: { WARNING: 'Warnung', ERROR: 'Fehler', PAGE: 'Dringend' },
  tellings: {
    ...{ opened: '', worse: 'schlimmer: ', unstable: 'kommt und geht: ', reminder: 'immer noch: ' },
    escalated: 'niemand kümmert sich darum: ',
  },
  owners: {
    CUSTOMER: 'der Kunde',
    OPERATOR: 'wer diesen Hub betreibt',
    PLATFORM: 'die Plattform; meist endet es von selbst',
    US: 'die Entwicklung',
  },
  problem: facts => problems[facts.what](facts),
  remedy: facts => remedies[facts.what](facts),
  customers: {
    problem: facts => problems[facts.what](facts),
    remedy: facts =>
      facts.owner === 'CUSTOMER'
        ? (forCustomers[facts.what]?.(facts) ?? 'Sprechen Sie mit Ihrem Kontakt bei uns.')
        : 'Sie müssen nichts tun; wir kümmern uns darum.',
  },
  labels: {
    about: 'Betrifft',
    since: 'Seit',
    waits: 'Darauf wartet',
    owner: 'Wer handeln muss',
    remedy: 'Was zu tun ist',
    link: 'Link zum Erneuern für den Kontakt',
    over: 'Vorbei',
    was: 'War',
    caughtUp: 'Seit Beginn geholte Gespräche',
    missing: 'Noch fehlende Gespräche',
    unusable: 'Nicht zu verwendende Einträge',
    by: 'Beauftragt von',
    calls: 'Gespräche ansehen',
  },
  waiting: (imports, syncs) =>
    [count(imports, 'Import', 'Importe'), count(syncs, 'Abgleich', 'Abgleiche')]
      .filter(text => text !== '')
      .join(' und '),
  unacknowledged: hours => `Unbestätigt: seit ${hours} Stunden`,
  lasted: ({ severity, lasting, since }) =>
    `${severity === undefined ? '' : `${severity}, `}${lasting} lang, ab ${since}`,
  lasting: (amount, unit) => count(amount, units[unit].one, units[unit].more),
  when: date => `${date.toLocaleString('de-DE', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })} UTC`,
  nothing: 'Es ist nichts zu tun.',
  standingTitle: (customer, alerts) =>
    `${customer === undefined ? 'Der Hub hat Schwierigkeiten' : `Nicht importiert: ${customer}`}, und seit drei Tagen hat sich niemand darum gekümmert: ${count(alerts, 'Alarm', 'Alarme')}`,
  sinceThen: date => `Seit ${date}.`,
  test: (by, channel) => [
    'Dies ist ein Test: Hinweise kommen hier an',
    `${by} hat „${channel}“ eingerichtet und probiert es aus.`,
  ],
  importTitle: (stored, platform) =>
    `Import abgeschlossen: ${stored === 0 ? 'keine Gespräche' : count(stored, 'Gespräch', 'Gespräche')} aus ${platform}`,
  many: (notices, worst) => `${notices} Hinweise${worst === undefined ? '' : `, bis zu: ${worst}`}`,
  digest: (every, notices) =>
    `${every === 'DAILY' ? 'Zusammenfassung des Tages' : 'Zusammenfassung der Woche'}: ${count(notices, 'Hinweis', 'Hinweise')}`,
  more: rest => `und ${rest} weitere`,
  listed: '; die Abfrage `notices` nennt alle',
};

const units = {
  minutes: { one: 'Minute', more: 'Minuten' },
  hours: { one: 'Stunde', more: 'Stunden' },
  days: { one: 'Tag', more: 'Tage' },
} as const;

function volume(facts: AlertFacts): string {
  return `${detailOf(facts, 'calls')} statt ${detailOf(facts, 'usual')}`;
}

function count(number: number, one: string, more: string): string {
  return number === 0 ? '' : `${number} ${number === 1 ? one : more}`;
}
