import { registerEnumType } from 'type-graphql';

export enum NoticeTopic {
  IMPORTS = 'IMPORTS',
  CREDENTIALS = 'CREDENTIALS',
  SYNCS = 'SYNCS',
  FAILED_ITEMS = 'FAILED_ITEMS',
  VOLUME = 'VOLUME',
  HUB = 'HUB',
}
registerEnumType(NoticeTopic, {
  name: 'NoticeTopic',
  description: 'What a notice is about.',
  valuesConfig: {
    IMPORTS: { description: 'Imports that are done or have failed.' },
    CREDENTIALS: { description: 'Credentials that are dead, end soon, or cannot be refreshed.' },
    SYNCS: { description: 'Syncs and runs that fail, are late or stand still.' },
    FAILED_ITEMS: { description: 'Records that could not be used, and calls that are missing.' },
    VOLUME: { description: 'Unusually many or few calls.' },
    HUB: { description: 'The hub itself, its apps at platforms, and what hits many customers at once.' },
  },
});

export enum NoticeSeverity {
  NEWS = 'NEWS',
  WARNING = 'WARNING',
  ERROR = 'ERROR',
  PAGE = 'PAGE',
}
registerEnumType(NoticeSeverity, {
  name: 'NoticeSeverity',
  description: 'How much a notice matters.',
  valuesConfig: {
    NEWS: { description: 'Good to know: an import is done, a trouble is over.' },
    WARNING: { description: 'Calls will stop coming, or something is odd. Waits for the end of quiet hours.' },
    ERROR: { description: 'Calls do not come, or are about to stop.' },
    PAGE: { description: 'Many are hit: sent at once, at any hour.' },
  },
});

const weights: Readonly<Record<NoticeSeverity, number>> = { NEWS: 0, WARNING: 1, ERROR: 2, PAGE: 3 };

export function isAtLeast(severity: NoticeSeverity, least: NoticeSeverity): boolean {
  return weights[severity] >= weights[least];
}
