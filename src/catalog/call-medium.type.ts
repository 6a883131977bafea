import { registerEnumType } from 'type-graphql';

export enum CallMedium {
  PHONE = 'phone',
  MEETING = 'meeting',
}
registerEnumType(CallMedium, {
  name: 'CallMedium',
  description: 'How people spoke.',
  valuesConfig: {
    PHONE: { description: 'By telephone.' },
    MEETING: { description: 'In a meeting, on line or in a room.' },
  },
});
