import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { Connection } from '../access/index.js';
import { notFound } from '../core/errors.js';
import type { Role } from '../core/role.js';
import { PageArguments, readPage } from '../customers/index.js';
import type { Scope } from '../scope.js';
import { Alert } from './alert.entity.js';
import { AlertKind, AlertSeverity, AlertState } from './alert-kind.js';
import { AlertPage, AlertRate, WorkRate } from './alert.type.js';
import { Alerting } from './drill/alerting.type.js';
import { readAlerting } from './drill/read-alerting.js';
import { Escalation, NextEscalation } from './escalation/escalation.type.js';
import { isOfHouse, readEscalation } from './escalation/read-escalation.js';
import { readAlertRates, readWorkRates } from './read-rates.js';
import { acknowledgeAlert, resolveAlert, snoozeAlert } from './steer-alert.js';
import { readWaiting } from './waiting.js';
import { expectVolume } from './volume/expect-volume.js';
import { watchAlerts } from './watch-alerts.js';

const readers: Role[] = ['admin', 'cs', 'service', 'customer'];
const staff: Role[] = ['admin', 'cs', 'service'];
const theId = { description: 'Id of the alert.' };
const ofCustomer = { nullable: true, description: 'Only those of this customer.' };
const theDays = { defaultValue: 30, description: 'Of how many days, 1 to 400, up to now.' };

@Resolver(() => Alert)
export class AlertResolver {
  @Authorized<Role>(readers)
  @Query(() => Alert, { description: 'One alert.' })
  async alert(@Arg('id', () => ID, theId) id: string, @Ctx() { em }: Scope): Promise<Alert> {
    const found = await em.findOne(Alert, { id, state: { $ne: AlertState.PENDING } });
    if (found === null) throw notFound('alert');
    return found;
  }

  @Authorized<Role>(readers)
  @Query(() => AlertPage, {
    description: 'Alerts, newest first: those that are open or acknowledged, unless `states` says otherwise.',
  })
  alerts(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, ofCustomer) customerId?: string | null,
    @Arg('connectionId', () => ID, { nullable: true, description: 'Only those of this connection.' })
    connectionId?: string | null,
    @Arg('kinds', () => [AlertKind], { nullable: true, description: 'Only those about these things.' })
    kinds?: AlertKind[] | null,
    @Arg('severities', () => [AlertSeverity], { nullable: true, description: 'Only those as bad as these.' })
    severities?: AlertSeverity[] | null,
    @Arg('states', () => [AlertState], { nullable: true, description: 'Only those that stand so.' })
    states?: AlertState[] | null,
  ): Promise<AlertPage> {
    const where = {
      state: { $in: states ?? [AlertState.OPEN, AlertState.ACKNOWLEDGED] },
      ...(customerId != null && { customerId }),
      ...(connectionId != null && { connectionId }),
      kind: kinds == null ? { $ne: AlertKind.DRILL } : { $in: kinds },
      ...(severities != null && { severity: { $in: severities } }),
    };
    return readPage(scope.em, Alert, where, page, 'firstSeenAt');
  }

  @Authorized<Role>(staff)
  @Query(() => Alerting, { description: 'Whether the alerting itself works, and when its parts last did.' })
  alerting(@Ctx() scope: Scope): Promise<Alerting> {
    return readAlerting(scope);
  }

  @Authorized<Role>(readers)
  @Query(() => [AlertRate], { description: 'How often what went wrong, and how long it took to mend.' })
  alertRates(
    @Ctx() scope: Scope,
    @Arg('days', () => Int, theDays) days: number,
    @Arg('customerId', () => ID, ofCustomer) customerId?: string | null,
  ): Promise<AlertRate[]> {
    return readAlertRates(scope, days, customerId ?? null);
  }

  @Authorized<Role>(readers)
  @Query(() => [WorkRate], { description: 'How many imports and runs of syncs ended well.' })
  workRates(
    @Ctx() scope: Scope,
    @Arg('days', () => Int, theDays) days: number,
    @Arg('customerId', () => ID, ofCustomer) customerId?: string | null,
  ): Promise<WorkRate[]> {
    return readWorkRates(scope, days, customerId ?? null);
  }

  @Authorized<Role>(staff)
  @Mutation(() => Alert, {
    description:
      'Says that the viewer looks after it. Nobody is reminded of it and nobody else told any more, unless it gets worse: then it is open again.',
  })
  acknowledgeAlert(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<Alert> {
    return acknowledgeAlert(scope, id);
  }

  @Authorized<Role>(staff)
  @Mutation(() => Alert, {
    description:
      'Lets nobody be reminded of it for a while, unless it gets worse. From then on it counts anew for how long nobody has acknowledged it.',
  })
  snoozeAlert(
    @Arg('id', () => ID, theId) id: string,
    @Arg('until', () => Date, { description: 'Until when; at most 30 days ahead.' }) until: Date,
    @Ctx() scope: Scope,
  ): Promise<Alert> {
    return snoozeAlert(scope, id, until);
  }

  @Authorized<Role>(staff)
  @Mutation(() => Alert, {
    description: 'Says that it is over, whatever it looks like. It opens again only when it goes wrong anew.',
  })
  resolveAlert(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<Alert> {
    return resolveAlert(scope, id);
  }

  @Authorized<Role>(staff)
  @Mutation(() => Boolean, {
    description:
      'Says that a day was to be expected as it was: it raises no alert, and does not count as usual. False when it has not been counted.',
  })
  expectVolume(
    @Arg('connectionId', () => ID, { description: 'The connection.' }) connectionId: string,
    @Arg('day', () => String, { description: 'The local day, as `2026-12-24`.' }) day: string,
    @Ctx() scope: Scope,
  ): Promise<boolean> {
    return expectVolume(scope, connectionId, day);
  }

  @Authorized<Role>(readers)
  @Subscription(() => Alert, {
    description:
      'An alert whenever it opens or something about it has changed, as it then is. Read `alerts` after subscribing to know how they stand now.',
    subscribe: ({ args, context }) =>
      watchAlerts(context as Scope, (args as { customerId?: string | null }).customerId),
  })
  alertChanged(@Root() alert: Alert, @Arg('customerId', () => ID, ofCustomer) _customerId?: string | null): Alert {
    return alert;
  }

  @FieldResolver(() => Connection, {
    nullable: true,
    description: 'The connection that it is about; null when it is about none.',
  })
  connection(@Root() { connectionId }: Alert, @Ctx() scope: Scope): Promise<Connection | null> | null {
    return connectionId === null ? null : scope.em.findOne(Connection, { id: connectionId });
  }

  @FieldResolver(() => [Escalation], {
    description:
      'Who else was told of it because nobody had acknowledged it, oldest first. For staff and services alone.',
  })
  async escalations(@Root() { id }: Alert, @Ctx() scope: Scope): Promise<Escalation[]> {
    return isOfHouse(scope) ? ((await readEscalation(scope, id))?.taken ?? []) : [];
  }

  @FieldResolver(() => NextEscalation, {
    nullable: true,
    description:
      'Who is told of it next and when; null when nobody is: it is a warning, is acknowledged, over or a part of another, or all were told. For staff and services alone.',
  })
  async nextEscalation(@Root() { id }: Alert, @Ctx() scope: Scope): Promise<NextEscalation | null> {
    return isOfHouse(scope) ? ((await readEscalation(scope, id))?.next ?? null) : null;
  }

  @FieldResolver(() => Int, { description: 'How many imports stand still until the connection is mended.' })
  async importsWaiting(@Root() { connectionId }: Alert, @Ctx() scope: Scope): Promise<number> {
    return connectionId === null ? 0 : ((await readWaiting(scope, connectionId))?.imports ?? 0);
  }

  @FieldResolver(() => Int, { description: 'How many syncs bring nothing until the connection is mended.' })
  async syncsWaiting(@Root() { connectionId }: Alert, @Ctx() scope: Scope): Promise<number> {
    return connectionId === null ? 0 : ((await readWaiting(scope, connectionId))?.syncs ?? 0);
  }
}
