import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';

const appOrigins = { CONFIGURED: 'configured', STORED: 'stored' } as const;
registerEnumType(appOrigins, {
  name: 'PlatformAppOrigin',
  description: 'Where an app was set.',
  valuesConfig: {
    CONFIGURED: { description: 'In the environment of the hub.' },
    STORED: { description: 'By `setPlatformApp`.' },
  },
});

@ObjectType({
  description: 'An OAuth app at a platform, by which people sign in there. Its secret is never shown.',
})
export class PlatformApp {
  @Field(() => ID, { description: 'Id of the platform.' })
  platform!: string;

  @Field(() => ID, { nullable: true, description: 'Whose own app it is; null: the one for everybody else.' })
  customerId!: string | null;

  @Field(() => String, { description: "The platform's id of the app." })
  clientId!: string;

  @Field(() => String, { description: 'The address for answers that must be registered with the app at the platform.' })
  callbackUrl!: string;

  @Field(() => appOrigins, { description: 'Where it was set.' })
  origin!: (typeof appOrigins)[keyof typeof appOrigins];

  @Field(() => Date, { nullable: true, description: 'When it was last set; null when it is configured.' })
  updatedAt!: Date | null;
}

@InputType({ description: 'An OAuth app at a platform.' })
export class SetPlatformAppInput {
  @Field(() => ID, { description: 'Id of the platform.' })
  platform!: string;

  @Field(() => String, { description: "The platform's id of the app." })
  clientId!: string;

  @Field(() => String, { description: 'Its secret. Kept encrypted and never shown again.' })
  clientSecret!: string;

  @Field(() => ID, { nullable: true, description: "For a customer's own app; absent: for everybody else." })
  customerId?: string | null;
}
