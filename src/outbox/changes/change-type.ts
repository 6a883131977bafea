import { registerEnumType } from 'type-graphql';
import { FactKindEnum, meaningOf } from '../fact-kind.js';

/** What the feed tells beside facts. Written by triggers of the database, which know the same names. */
const own = {
  'calls.imported': 'Calls that were not here before, or are here again: `callIds`, at most 100 of them.',
  'calls.changed': 'Calls that the platform says something new of, a transcript that has come among it.',
  'calls.removed': 'Calls that the platform has no more, or that are not here any more.',
  'import.started': 'An import was started.',
  'import.paused': 'An import stands still: somebody asked for it, or its connection has to be renewed.',
  'import.resumed': 'An import goes on.',
  'import.completed': 'An import has come to its end; `unusable` of the import tells what could not be used.',
  'import.failed': 'An import was given up.',
  'import.cancelled': 'An import was cancelled. What it has brought stays.',
  'sync.created': 'A sync was set up.',
  'sync.changed': 'The schedule or the filter of a sync was changed.',
  'sync.paused': 'A sync was paused.',
  'sync.resumed': 'A sync was resumed.',
  'sync.failed': 'A run of a sync was given up. The next one looks at the same stretch again.',
  'sync.deleted': 'A sync was deleted. What it has brought stays.',
} as const;

/** Of the facts, those about connections and alerts; the others are the house's own. */
const published = Object.values(FactKindEnum).filter(kind => /^(connection|alert)\./.test(kind));

const meanings: Readonly<Record<string, string>> = {
  ...own,
  ...Object.fromEntries(published.map(kind => [kind, meaningOf(kind)])),
};

/** As it stands in the feed and in messages: `calls.imported`. */
export type ChangeType = string;

/** `calls.imported` is CALLS_IMPORTED in GraphQL. */
export const ChangeTypeEnum: Readonly<Record<string, ChangeType>> = Object.fromEntries(
  Object.keys(meanings).map(type => [nameOf(type), type]),
);

registerEnumType(ChangeTypeEnum, {
  name: 'ChangeType',
  description: 'What has happened, for other programs.',
  valuesConfig: Object.fromEntries(
    Object.entries(meanings).map(([type, description]) => [nameOf(type), { description }]),
  ),
});

function nameOf(type: string): string {
  return type.toUpperCase().replaceAll(/[.-]/g, '_');
}
