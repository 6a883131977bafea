import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Role } from '../core/role.js';
import { PageArguments, readPage } from '../customers/index.js';
import type { Scope } from '../scope.js';
import { Delivery, DeliveryAttempt, DeliveryStatus } from './delivery.entity.js';
import { DeliveryAttemptPage, DeliveryPage, Replay, ReplayChangesInput } from './delivery.type.js';
import { Endpoint } from './endpoints/endpoint.entity.js';
import { messageIdOf } from './messages/message.js';
import { replayChanges } from './replay/replay-changes.js';
import { replayDelivery } from './replay/replay-delivery.js';

const keepers: Role[] = ['admin', 'cs', 'service', 'customer'];

@Resolver(() => Delivery)
export class DeliveryResolver {
  @Authorized<Role>(keepers)
  @Query(() => DeliveryPage, {
    description: 'What is sent to endpoints, newest first. Kept for 30 days, as changes are.',
  })
  deliveries(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('endpointId', () => ID, { nullable: true, description: 'Only what goes to this endpoint.' })
    endpointId?: string | null,
    @Arg('status', () => [DeliveryStatus], { nullable: true, description: 'Only those in one of these states.' })
    status?: DeliveryStatus[] | null,
  ): Promise<DeliveryPage> {
    const where = { ...(endpointId != null && { endpointId }), ...(status != null && { status: { $in: status } }) };
    return readPage(scope.em, Delivery, where, page, 'createdAt', ['change']);
  }

  @Authorized<Role>(keepers)
  @Mutation(() => Delivery, {
    description: 'Sends a change to its endpoint again, under the same message id. One that waits is sent now.',
  })
  replayDelivery(
    @Arg('id', () => ID, { description: 'Id of the delivery.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<Delivery> {
    return replayDelivery(scope, id);
  }

  @Authorized<Role>(keepers)
  @Mutation(() => Replay, {
    description:
      'Sends the changes of a stretch of time to an endpoint: those that are dead, those that it was never sent, and on request those that it has taken.',
  })
  async replayChanges(
    @Arg('input', () => ReplayChangesInput, { description: 'Which changes, and where to.' }) input: ReplayChangesInput,
    @Ctx() scope: Scope,
  ): Promise<Replay> {
    return { queued: await replayChanges(scope, input) };
  }

  @FieldResolver(() => String, { description: 'The `webhook-id` of its messages: the same each time.' })
  messageId(@Root() { change }: Delivery): string {
    return messageIdOf(change.id);
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description: 'When it is sent next, not before its endpoint may be sent to again; null when it is not.',
  })
  async nextAt(@Root() { status, dueAt, endpointId }: Delivery, @Ctx() { em }: Scope): Promise<Date | null> {
    if (status !== DeliveryStatus.WAITING) return null;
    const resumeAt = (await em.findOne(Endpoint, { id: endpointId }))?.resumeAt;
    return resumeAt != null && resumeAt > dueAt ? resumeAt : dueAt;
  }

  @FieldResolver(() => DeliveryAttemptPage, { description: 'Each time that it was sent, latest first.' })
  attempts(
    @Root() { id }: Delivery,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
  ): Promise<DeliveryAttemptPage> {
    return readPage(scope.em, DeliveryAttempt, { deliveryId: id }, page, 'at');
  }
}
