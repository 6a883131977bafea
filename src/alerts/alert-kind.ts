import { registerEnumType } from 'type-graphql';

export enum AlertKind {
  CREDENTIAL_BROKEN = 'CREDENTIAL_BROKEN',
  CREDENTIAL_ENDING = 'CREDENTIAL_ENDING',
  REFRESH_FAILING = 'REFRESH_FAILING',
  APP_REFUSED = 'APP_REFUSED',
  SYNC_FAILING = 'SYNC_FAILING',
  SYNC_LATE = 'SYNC_LATE',
  SCHEDULER_LATE = 'SCHEDULER_LATE',
  RUN_STALLED = 'RUN_STALLED',
  RUN_HELD_UP = 'RUN_HELD_UP',
  LIMIT_SPENT = 'LIMIT_SPENT',
  IMPORT_FAILED = 'IMPORT_FAILED',
  FAILED_ITEMS = 'FAILED_ITEMS',
  WEBHOOK_SILENT = 'WEBHOOK_SILENT',
  WEBHOOK_REFUSED = 'WEBHOOK_REFUSED',
  CALLS_MISSING = 'CALLS_MISSING',
  REMOVALS_HELD = 'REMOVALS_HELD',
  PLATFORM_CHANGED = 'PLATFORM_CHANGED',
  VOLUME_STOP = 'VOLUME_STOP',
  VOLUME_DROP = 'VOLUME_DROP',
  VOLUME_SURGE = 'VOLUME_SURGE',
  CHANNEL_DOWN = 'CHANNEL_DOWN',
  ENDPOINT_DOWN = 'ENDPOINT_DOWN',
  OUTBOX_STUCK = 'OUTBOX_STUCK',
  MANY_CONNECTIONS = 'MANY_CONNECTIONS',
  DRILL = 'DRILL',
}

interface KindOfAlert {
  readonly meaning: string;
  /** Nothing is in doubt: it opens at the first look, and whatever ends it ends it at once. */
  readonly isSure?: true;
  /** Seen on many connections at once, it is the platform or us, and no customer's. */
  readonly mayBeCommon?: true;
}

export const kindsOfAlert: Readonly<Record<AlertKind, KindOfAlert>> = {
  CREDENTIAL_BROKEN: {
    meaning: 'The platform refuses the credential of a connection. Somebody at the customer has to renew it.',
    isSure: true,
    mayBeCommon: true,
  },
  CREDENTIAL_ENDING: {
    meaning: 'The credential of a connection ends soon, and nothing prolongs it by itself: from 14 days before.',
    isSure: true,
  },
  REFRESH_FAILING: {
    meaning: 'The platform has given no new access for half an hour or longer, without refusing it for good.',
    mayBeCommon: true,
  },
  APP_REFUSED: {
    meaning:
      'A platform refuses our app: no access through it can be refreshed, and customers can do nothing about it.',
    isSure: true,
  },
  SYNC_FAILING: {
    meaning: 'The latest runs of a sync have failed, or stand still until somebody acts.',
    mayBeCommon: true,
  },
  SYNC_LATE: {
    meaning:
      'A sync has not come to its end for longer than its schedule says: a warning after one and a half times, an error after three times.',
    mayBeCommon: true,
  },
  SCHEDULER_LATE: {
    meaning: 'More than one in a hundred syncs began more than five minutes late: workers are missing.',
  },
  RUN_STALLED: {
    meaning: 'A run has stored nothing for ten minutes, though nothing asked it to wait.',
    mayBeCommon: true,
  },
  RUN_HELD_UP: { meaning: 'A run was tried again and again without getting anywhere.', mayBeCommon: true },
  LIMIT_SPENT: { meaning: "A run waits for more than an hour because the account's limit at the platform is used up." },
  IMPORT_FAILED: { meaning: 'An import has failed and is not tried again by itself.', mayBeCommon: true },
  FAILED_ITEMS: { meaning: 'Of what was brought in a day, more than one in a hundred records could not be used.' },
  WEBHOOK_SILENT: {
    meaning:
      'Polls find calls of which the platform has told nothing: a warning from the first one, an error when three in a row did and subscribing anew has not helped, or only people can. Calls are polled meanwhile.',
    mayBeCommon: true,
  },
  WEBHOOK_REFUSED: {
    meaning:
      'More than 20 events within an hour could not be verified, an error from 200 on: the secret is wrong, or somebody else sends them.',
    isSure: true,
  },
  CALLS_MISSING: {
    meaning:
      'A recount has found calls at the platform that were not here: an error from ten of them, or one in fifty. They have been fetched.',
    isSure: true,
  },
  REMOVALS_HELD: {
    meaning: 'So many calls are gone from the list of the platform at once that none was marked as removed.',
    isSure: true,
  },
  PLATFORM_CHANGED: {
    meaning:
      'A platform has changed: its records cannot be read for more than three customers within an hour, it uses words that are new, or it no longer tells what it told of nearly all calls.',
  },
  VOLUME_STOP: { meaning: 'A business day brought no calls at all where some are usual.', isSure: true },
  VOLUME_DROP: { meaning: 'Two business days running brought far fewer calls than usual.', isSure: true },
  VOLUME_SURGE: { meaning: 'A business day brought far more calls than usual.', isSure: true },
  CHANNEL_DOWN: { meaning: 'Nothing got through a channel for notices for five minutes.' },
  ENDPOINT_DOWN: {
    meaning: 'An endpoint of another program has taken no message for an hour, or was disabled because of it.',
  },
  OUTBOX_STUCK: { meaning: 'What follows from facts was not done for five minutes.' },
  MANY_CONNECTIONS: {
    meaning:
      'Many connections of one platform or app went bad within a quarter of an hour: it is the platform or us. Nobody else is told until it is over.',
    isSure: true,
  },
  DRILL: {
    meaning:
      'Nothing is wrong: once an hour the hub tries out whether it would notice. Nobody is told of it, and only whoever asks for this kind is shown it.',
    isSure: true,
  },
};

registerEnumType(AlertKind, {
  name: 'AlertKind',
  description: 'What an alert is about. More values may come.',
  valuesConfig: Object.fromEntries(
    Object.entries(kindsOfAlert).map(([kind, { meaning }]) => [kind, { description: meaning }]),
  ),
});

export enum AlertSeverity {
  WARNING = 'WARNING',
  ERROR = 'ERROR',
  PAGE = 'PAGE',
}
registerEnumType(AlertSeverity, {
  name: 'AlertSeverity',
  description: 'How bad it is.',
  valuesConfig: {
    WARNING: { description: 'Calls will stop coming, or something is odd.' },
    ERROR: { description: 'Calls do not come, or are about to stop.' },
    PAGE: { description: 'Many are hit, by the platform or by us: engineers act now.' },
  },
});

export enum AlertOwner {
  CUSTOMER = 'CUSTOMER',
  OPERATOR = 'OPERATOR',
  PLATFORM = 'PLATFORM',
  US = 'US',
}
registerEnumType(AlertOwner, {
  name: 'AlertOwner',
  description: 'Who has to act.',
  valuesConfig: {
    CUSTOMER: { description: 'Somebody at the customer.' },
    OPERATOR: { description: 'Whoever runs this hub.' },
    PLATFORM: { description: 'The platform; it mostly ends by itself.' },
    US: { description: 'Whoever builds Patchbay: it is a fault of the hub.' },
  },
});

export enum AlertState {
  PENDING = 'PENDING',
  OPEN = 'OPEN',
  ACKNOWLEDGED = 'ACKNOWLEDGED',
  RESOLVED = 'RESOLVED',
}
registerEnumType(AlertState, {
  name: 'AlertState',
  description: 'Where an alert stands.',
  valuesConfig: {
    PENDING: { description: 'Seen once; it opens when it is still so a minute later. Nobody is told.' },
    OPEN: { description: 'Somebody has to act.' },
    ACKNOWLEDGED: { description: 'Somebody looks after it.' },
    RESOLVED: { description: 'It is over.' },
  },
});
