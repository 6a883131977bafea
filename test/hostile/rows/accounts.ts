import { always, changed, complete, refused, row } from '../row.js';

const id = (value: unknown) => changed('workspaces', () => ({ workspaces: [{ id: value, name: 'Acme' }] }));

/** Accounts that cannot be told apart, or that have no name. */
export const accounts = [
  row(
    'no workspace',
    changed('workspaces', () => ({ workspaces: [] })),
    refused('PLATFORM_CHANGED'),
  ),
  row('a number for the id of a workspace', id(77), refused('PLATFORM_CHANGED')),
  row('NUL in the id of a workspace', id('1\0'), refused('PLATFORM_CHANGED')),
  row('half a letter in the id of a workspace', id('1\ud83d'), refused('PLATFORM_CHANGED')),
  row('the id of a workspace of ten kilobytes', id('1'.repeat(10_000)), refused('PLATFORM_CHANGED')),
  row(
    'NUL in the name of the company',
    changed('users', () => ({ users: [{ emailAddress: 'a@ac\0me.te\ud83dst' }] })),
    complete(),
  ),
  row(
    'a megabyte for the name of the company',
    changed('users', () => ({ users: [{ emailAddress: `a@${'a'.repeat(1_000_000)}` }] })),
    complete(),
  ),
  row('an empty answer to whoever connects', always('workspaces', { body: '' }), refused('PLATFORM_UNREACHABLE')),
];
