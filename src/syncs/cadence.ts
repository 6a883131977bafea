import { registerEnumType } from 'type-graphql';

export enum SyncCadence {
  REAL_TIME = 'REAL_TIME',
  EVERY_MINUTE = 'EVERY_MINUTE',
  HOURLY = 'HOURLY',
  DAILY = 'DAILY',
  NIGHT = 'NIGHT',
  CRON = 'CRON',
}
registerEnumType(SyncCadence, {
  name: 'SyncCadence',
  description: 'How often a sync runs.',
  valuesConfig: {
    REAL_TIME: {
      description:
        'As soon as the platform tells of a call, where it does; besides, and where it does not, by polling. `Sync.webhook` says which.',
    },
    EVERY_MINUTE: { description: "Each minute, where the platform's limits allow it." },
    HOURLY: { description: 'Each hour, at a minute that differs from sync to sync.' },
    DAILY: { description: 'Each day at a local time.' },
    NIGHT: { description: 'Each night, at a moment between two local times that differs from sync to sync.' },
    CRON: { description: 'By a cron expression.' },
  },
});
