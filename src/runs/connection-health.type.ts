import { registerEnumType } from 'type-graphql';

export enum SyncHealth {
  OK = 'ok',
  LATE = 'late',
  FAILING = 'failing',
}
registerEnumType(SyncHealth, {
  name: 'SyncHealth',
  description: 'Whether calls come in through a connection as they should.',
  valuesConfig: {
    OK: { description: 'The latest import came to its end, is under way, or was halted by somebody.' },
    LATE: { description: 'The latest import is held up, or no worker has taken it up; it goes on by itself.' },
    FAILING: { description: 'The latest import has failed, or stands still until somebody acts.' },
  },
});
