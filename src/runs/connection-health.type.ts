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
    OK: { description: 'The latest import or run of a sync came to its end, is under way, or was halted by somebody.' },
    LATE: {
      description:
        'The latest import or run is held up, no worker has taken it up, or the time of a sync has passed without a turn; it goes on by itself.',
    },
    FAILING: { description: 'The latest import or run has failed, or stands still until somebody acts.' },
  },
});
