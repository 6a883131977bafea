import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CallMedium } from './call-medium.type.js';
import type { ExceptionRow } from './exceptions.js';
import type { Capability, MatrixRow, WayIn } from './matrix.js';

const platformKinds = { RECORDER: 'recorder', DIALER: 'dialer' } as const satisfies Record<string, MatrixRow['kind']>;
registerEnumType(platformKinds, {
  name: 'PlatformKind',
  description: 'What a platform does for its users.',
  valuesConfig: {
    RECORDER: { description: 'It records meetings and calls made elsewhere.' },
    DIALER: { description: 'Its users make phone calls with it.' },
  },
});

const platformStatuses = {
  SUPPORTED: 'supported',
  PARTIAL: 'partial',
  MANUAL_UPLOAD: 'manual-upload',
  UNSUPPORTED: 'unsupported',
} as const satisfies Record<string, MatrixRow['status']>;
registerEnumType(platformStatuses, {
  name: 'PlatformStatus',
  description: 'Whether calls can be imported from a platform.',
  valuesConfig: {
    SUPPORTED: { description: 'Calls can be imported.' },
    PARTIAL: { description: 'Calls can be imported, with a limitation that `caveat` names.' },
    MANUAL_UPLOAD: { description: 'Calls come in only as files that people upload.' },
    UNSUPPORTED: { description: 'Calls cannot be imported; `caveat` says why.' },
  },
});

const platformCapabilities = {
  LIST_CALLS: 'list-calls',
  TRANSCRIPTS: 'transcripts',
  RECORDING_REFERENCES: 'recording-references',
  PREVIEW: 'preview',
} as const satisfies Record<string, Capability>;
registerEnumType(platformCapabilities, {
  name: 'PlatformCapability',
  description: 'Something that can be done with a platform.',
  valuesConfig: {
    LIST_CALLS: { description: 'Calls with their participants can be imported.' },
    TRANSCRIPTS: { description: 'Transcripts that the platform made come along.' },
    RECORDING_REFERENCES: { description: 'Each call names its recordings on the platform; their bytes stay there.' },
    PREVIEW: { description: 'The calls in a window can be counted before anything is imported.' },
  },
});

const authMethodKinds = { SECRET: 'secret', OAUTH2: 'oauth2' } as const satisfies Record<string, WayIn['kind']>;
registerEnumType(authMethodKinds, {
  name: 'AuthMethodKind',
  description: 'How a customer lets us in.',
  valuesConfig: {
    SECRET: { description: 'By entering secret values, such as an access key.' },
    OAUTH2: {
      description:
        'By OAuth 2: by signing in at the platform, or by entering the values in `fields` when there are any.',
    },
  },
});

@ObjectType({ description: 'One secret value that a platform asks for.' })
class SecretFieldInfo {
  @Field(() => String, { description: 'Name to send the value under.' })
  readonly name!: string;

  @Field(() => String, { description: 'What the platform itself calls the value.' })
  readonly label!: string;

  @Field(() => String, { nullable: true, description: 'Where to find the value.' })
  readonly hint?: string;
}

@ObjectType({ description: 'One way in to a platform.' })
class PlatformAuthMethod implements WayIn {
  @Field(() => authMethodKinds, { description: 'How a customer lets us in.' })
  readonly kind!: WayIn['kind'];

  @Field(() => String, { description: 'What people call this way in.' })
  readonly label!: string;

  @Field(() => [SecretFieldInfo], {
    description: 'The secret values to enter; none when one signs in at the platform.',
  })
  readonly fields!: readonly SecretFieldInfo[];

  @Field(() => [platformCapabilities], { description: 'What this way in allows.' })
  readonly capabilities!: readonly Capability[];
}

@ObjectType({ description: 'A check of the conformance kit that says nothing about a platform.' })
class PlatformException implements ExceptionRow {
  @Field(() => String, { description: 'Name of the check, such as `dead-cursor`.' })
  readonly check!: string;

  @Field(() => String, { description: 'Why it was skipped.' })
  readonly reason!: string;
}

@ObjectType({ description: 'An outside product that holds calls: one row of the capability matrix.' })
export class Platform implements MatrixRow {
  @Field(() => ID, { description: 'Short name, the same in every installation.' })
  readonly id!: string;

  @Field(() => String, { description: 'Name for people.' })
  readonly name!: string;

  @Field(() => platformKinds, { description: 'What the platform does for its users.' })
  readonly kind!: MatrixRow['kind'];

  @Field(() => ID, {
    description:
      'The platform whose connections reach it: its own id, unless it shares the account, credential and limits of another.',
  })
  readonly reachedThrough!: string;

  @Field(() => CallMedium, {
    nullable: true,
    description: 'Give this as `medium` to import its calls alone; absent when it is all that its connections reach.',
  })
  readonly medium: MatrixRow['medium'];

  @Field(() => platformStatuses, { description: 'Whether calls can be imported from it.' })
  readonly status!: MatrixRow['status'];

  @Field(() => String, { nullable: true, description: 'What to know before anything is promised.' })
  readonly caveat: string | undefined;

  @Field(() => String, { nullable: true, description: 'What would make an unsupported platform a supported one.' })
  readonly wouldChangeIf: string | undefined;

  @Field(() => [String], { description: 'What the customer must bring, one sentence each.' })
  readonly customerBrings!: readonly string[];

  @Field(() => String, { description: "Address of the platform's own pages." })
  readonly docs!: string;

  @Field(() => String, { description: 'Date when someone last found this true, as yyyy-mm-dd.' })
  readonly verifiedOn!: string;

  @Field(() => [platformCapabilities], { description: 'What at least one way in allows; empty when not supported.' })
  readonly capabilities!: readonly Capability[];

  @Field(() => [PlatformAuthMethod], { description: 'Ways in, best first; empty when not supported.' })
  readonly authMethods!: readonly PlatformAuthMethod[];

  @Field(() => [String], { description: 'How much may be asked of the platform, in words.' })
  readonly limits!: readonly string[];

  @Field(() => Int, {
    nullable: true,
    description: 'Days of history within reach. Absent: as long as the account is old.',
  })
  readonly reachesBackDays: number | undefined;

  @Field(() => Int, {
    nullable: true,
    description: 'Hours after its start in which a call may still appear or change.',
  })
  readonly settleHours: number | undefined;

  @Field(() => String, {
    nullable: true,
    description: 'How the platform tells of new calls by itself, in words. Absent: it has to be asked.',
  })
  readonly tellsOfCalls: string | undefined;

  @Field(() => Int, { nullable: true, description: 'Requests that 1,000 calls with transcripts take.' })
  readonly requestsPerThousandCalls: number | undefined;

  @Field(() => Int, { nullable: true, description: "Calls a day that the platform's own limits allow at most." })
  readonly callsPerDayAtMost: number | undefined;

  @Field(() => [PlatformException], {
    description: 'Conformance checks that were skipped, each with its reason; all others were passed.',
  })
  readonly exceptions!: readonly PlatformException[];
}
