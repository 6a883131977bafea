import { registerEnumType } from 'type-graphql';

/** How long nobody has acknowledged something that is open. */
export enum EscalationStep {
  FOUR_HOURS = 'FOUR_HOURS',
  ONE_DAY = 'ONE_DAY',
  THREE_DAYS = 'THREE_DAYS',
}
registerEnumType(EscalationStep, {
  name: 'EscalationStep',
  description:
    'For how long nobody has acknowledged an error that people were told of. It counts anew when the error gets worse, and from the end of a snooze.',
  valuesConfig: {
    FOUR_HOURS: {
      description: 'Four hours: for whoever leads customer success. A contact is mailed too, if it is theirs to mend.',
    },
    ONE_DAY: { description: 'A day: for whoever owns the account.' },
    THREE_DAYS: {
      description:
        'Three days. From then on it stands in a weekly list, on Mondays, wherever it was told, instead of being told weekly by itself.',
    },
  },
});

const hours: Readonly<Record<EscalationStep, number>> = { FOUR_HOURS: 4, ONE_DAY: 24, THREE_DAYS: 72 };

/** In order. */
export const escalationSteps = Object.values(EscalationStep);

export function hoursOf(step: EscalationStep): number {
  return hours[step];
}
