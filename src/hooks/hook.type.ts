import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';

export enum WebhookState {
  SETTING_UP = 'SETTING_UP',
  ALIVE = 'ALIVE',
  POLLING = 'POLLING',
}
registerEnumType(WebhookState, {
  name: 'WebhookState',
  description: 'How a real-time sync hears of calls.',
  valuesConfig: {
    SETTING_UP: {
      description: 'It polls, and is being told of calls as soon as somebody has done what `steps` say, or at once.',
    },
    ALIVE: { description: 'The platform tells of calls; polling goes on at a slower pace.' },
    POLLING: { description: 'It polls; `reason` says why the platform does not tell.' },
  },
});

@ObjectType({ description: 'How a real-time sync hears of calls.' })
export class SyncWebhook {
  @Field(() => WebhookState, { description: 'Whether the platform tells of calls.' })
  state!: WebhookState;

  @Field(() => String, { nullable: true, description: 'Why it does not; null while it does.' })
  reason!: string | null;

  @Field(() => String, { nullable: true, description: 'What to do about it; null when nothing has to be done.' })
  remedy!: string | null;

  @Field(() => Int, { description: 'Besides, it polls every so many minutes.' })
  pollMinutes!: number;

  @Field(() => Date, {
    nullable: true,
    description:
      'When the subscription ends that the platform has granted; it is renewed long before. Null: it does not end, or there is none.',
  })
  aliveUntil!: Date | null;

  @Field(() => Date, { nullable: true, description: 'When an event last arrived; null when none ever did.' })
  lastEventAt!: Date | null;

  @Field(() => Int, { description: 'Events that arrived, each counted once.' })
  eventsReceived!: number;

  @Field(() => Int, {
    description:
      'Polls that found calls of which the platform had told nothing, since an event last arrived. From the first on it polls as often as it may; at three the subscription is taken for dead, and made anew where the hub makes it.',
  })
  silentPolls!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'The address to enter at the platform, where an administrator of the customer sets it up. Whoever knows it can send events to it.',
  })
  address!: string | null;

  @Field(() => [String], {
    description: 'What an administrator of the customer does at the platform; none where nobody has to.',
  })
  steps!: string[];
}

@ObjectType({
  description: "The address at which a platform tells of the calls of all customers who use the hub's own app.",
})
export class PlatformWebhook {
  @Field(() => ID, { description: 'Id of the platform.' })
  platform!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The address to enter at the platform; null while the hub has no public https address.',
  })
  address!: string | null;

  @Field(() => [String], { description: 'What the operator does at the platform.' })
  steps!: string[];

  @Field(() => Boolean, { description: 'Whether the platform has reached the address with what the secret verifies.' })
  proven!: boolean;
}

@InputType({ description: "What verifies a platform's events, as whoever sets them up finds it there." })
export class SetWebhookSecretInput {
  @Field(() => ID, { description: 'The connection, which a real-time sync keeps up with.' })
  connectionId!: string;

  @Field(() => String, { description: 'The secret or public key; the one before goes on to verify beside it.' })
  secret!: string;
}

@InputType({ description: "What verifies the events of the hub's own app at a platform." })
export class SetPlatformWebhookInput {
  @Field(() => ID, { description: 'Id of the platform.' })
  platform!: string;

  @Field(() => String, {
    description: 'The secret, as the app shows it there; the one before goes on to verify beside it.',
  })
  secret!: string;
}
