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
import type { Role } from '../core/role.js';
import { IdempotencyKey, onceFor, PageArguments, readPage } from '../customers/index.js';
import { Gap, GapKind, RunStatus } from '../runs/index.js';
import type { Scope } from '../scope.js';
import { businessNow } from './business-now.js';
import { confirmRemovals } from './confirm-removals.js';
import { countGaps } from './count-gaps.js';
import { createSync } from './create-sync.js';
import { problemOf, waitsFor } from './problem-of.js';
import { readSync } from './read-sync.js';
import { rereadSync, weighReread } from './reread-sync.js';
import { runSyncNow } from './run-sync-now.js';
import { SyncSlot } from './slot.entity.js';
import { standingOf } from './standing.js';
import { cancelReread, deleteSync, pauseSync, resumeSync } from './steer-sync.js';
import { Sync, SyncState } from './sync.entity.js';
import {
  CreateSyncInput,
  GapPage,
  RereadCost,
  RereadSyncInput,
  SyncPage,
  SyncProblem,
  SyncTurnPage,
  TurnArguments,
  UpdateSyncInput,
} from './sync.type.js';
import { updateSync } from './update-sync.js';
import { watchSyncs } from './watch-syncs.js';

const syncers: Role[] = ['admin', 'cs', 'service', 'customer'];
const desk: Role[] = ['admin', 'cs'];
const theId = { description: 'Id of the sync.' };

@Resolver(() => Sync)
export class SyncResolver {
  @Authorized<Role>(syncers)
  @Mutation(() => Sync, {
    description: 'Sets up a sync, which begins at once and from then on by its schedule. Watch it with `syncChanged`.',
  })
  createSync(
    @Arg('input', () => CreateSyncInput, { description: 'What to keep up with, and how.' }) input: CreateSyncInput,
    @Ctx() scope: Scope,
    @IdempotencyKey() key?: string | null,
  ): Promise<Sync> {
    return createSync(scope, input, onceFor(key, 'createSync', input));
  }

  @Authorized<Role>(syncers)
  @Mutation(() => Sync, { description: 'Changes a sync, from its next turn on.' })
  updateSync(
    @Arg('input', () => UpdateSyncInput, { description: 'What is to be different.' }) input: UpdateSyncInput,
    @Ctx() scope: Scope,
  ): Promise<Sync> {
    return updateSync(scope, input);
  }

  @Authorized<Role>(syncers)
  @Mutation(() => Sync, { description: 'Halts a sync until `resumeSync`. The page in hand is stored first.' })
  pauseSync(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<Sync> {
    return pauseSync(scope, id);
  }

  @Authorized<Role>(syncers)
  @Mutation(() => Sync, {
    description: 'Lets a paused sync go on by its schedule. The next turn makes up for what was left out.',
  })
  resumeSync(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<Sync> {
    return resumeSync(scope, id);
  }

  @Authorized<Role>(syncers)
  @Mutation(() => Sync, {
    description:
      'Lets a sync run now, besides its schedule, also while it is paused. A run that waits, such as for a platform that was away, goes on at once instead.',
  })
  runSyncNow(
    @Arg('id', () => ID, theId) id: string,
    @Ctx() scope: Scope,
    @IdempotencyKey() key?: string | null,
  ): Promise<Sync> {
    return runSyncNow(scope, id, onceFor(key, 'runSyncNow', { id }));
  }

  @Authorized<Role>(syncers)
  @Query(() => RereadCost, { description: 'What `rereadSync` would cost. Nothing is asked of the platform.' })
  rereadCost(
    @Arg('input', () => RereadSyncInput, { description: 'Which stretch.' }) input: RereadSyncInput,
    @Ctx() scope: Scope,
  ): Promise<RereadCost> {
    return weighReread(scope, input);
  }

  @Authorized<Role>(syncers)
  @Mutation(() => Sync, {
    description:
      'Brings a stretch afresh, besides the schedule: each call is stored as the platform has it now, with its transcript, also where nothing seems to have changed, and none is doubled. `rereadCost` says what it costs; `turns` shows how it goes.',
  })
  rereadSync(
    @Arg('input', () => RereadSyncInput, { description: 'Which stretch.' }) input: RereadSyncInput,
    @Ctx() scope: Scope,
    @IdempotencyKey() key?: string | null,
  ): Promise<Sync> {
    return rereadSync(scope, input, onceFor(key, 'rereadSync', input));
  }

  @Authorized<Role>(syncers)
  @Mutation(() => Sync, {
    description:
      'Ends what `rereadSync` has begun; refused when nothing is under way. Calls that have come of it stay.',
  })
  cancelReread(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<Sync> {
    return cancelReread(scope, id);
  }

  @Authorized<Role>(syncers)
  @Mutation(() => Sync, { description: 'Ends a sync for good and gives it as it was. Calls that it has brought stay.' })
  deleteSync(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<Sync> {
    return deleteSync(scope, id);
  }

  @Authorized<Role>(desk)
  @Mutation(() => Sync, {
    description:
      'Marks the calls as removed that a recount has held because so many were gone at once: its gaps of kind `HELD`; refused when there are none. Not for calls that are missing because the credential has lost sight of them; those come back once it sees them again.',
  })
  confirmRemovals(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<Sync> {
    return confirmRemovals(scope, id);
  }

  @Authorized<Role>(syncers)
  @Query(() => Sync, { description: 'One sync.' })
  sync(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<Sync> {
    return readSync(scope, id);
  }

  @Authorized<Role>(syncers)
  @Query(() => SyncPage, { description: 'Syncs, newest first.' })
  syncs(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' }) customerId?: string,
    @Arg('connectionId', () => ID, { nullable: true, description: 'Only those of this connection.' })
    connectionId?: string,
    @Arg('state', () => SyncState, { nullable: true, description: 'Only those in this state.' }) state?: SyncState,
  ): Promise<SyncPage> {
    const where = {
      ...(customerId != null && { customerId }),
      ...(connectionId != null && { connectionId }),
      ...(state != null && { state }),
    };
    return readPage(scope.em, Sync, where, page, 'createdAt');
  }

  @Authorized<Role>(syncers)
  @Query(() => GapPage, {
    description:
      'Calls of which a sync found that the platform and the hub differed, latest first; kept for half a year.',
  })
  async gaps(
    @Arg('syncId', () => ID, theId) syncId: string,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('kind', () => GapKind, { nullable: true, description: 'Only those of this kind.' }) kind?: GapKind,
  ): Promise<GapPage> {
    await readSync(scope, syncId);
    const notedAt = { $lte: await businessNow(scope) };
    return readPage(scope.em, Gap, { syncId, notedAt, ...(kind != null && { kind }) }, page, 'notedAt');
  }

  @Authorized<Role>(syncers)
  @Subscription(() => Sync, {
    description:
      'A sync whenever something about it has changed, as it then is. Read `syncs` after subscribing to know how they stand now.',
    subscribe: ({ args, context }) => watchSyncs(context as Scope, (args as { customerId?: string | null }).customerId),
  })
  syncChanged(
    @Root() sync: Sync,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' }) _customerId?: string,
  ): Sync {
    return sync;
  }

  @FieldResolver(() => Connection, { description: 'The connection that it keeps up with.' })
  connection(@Root() { connectionId }: Sync, @Ctx() scope: Scope): Promise<Connection> {
    return scope.em.findOneOrFail(Connection, { id: connectionId });
  }

  @FieldResolver(() => Date, { nullable: true, description: 'When it runs next; null while it is paused.' })
  nextAt(@Root() { state, nextAt }: Sync): Date | null {
    return state === SyncState.ACTIVE ? nextAt : null;
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description: 'When a run last came to its end; null when none has yet.',
  })
  lastSyncedAt(@Root() sync: Sync): Date | null {
    return standingOf(sync).lastSyncedAt;
  }

  @FieldResolver(() => RunStatus, { nullable: true, description: 'Where the latest run stands.' })
  lastStatus(@Root() { run }: Sync): RunStatus | undefined {
    return run?.status;
  }

  @FieldResolver(() => Int, { description: 'Calls that it has brought and that were not here before.' })
  callsImported(@Root() sync: Sync): number {
    return standingOf(sync).callsImported;
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description:
      'Calls that began before this time are here, as far as the platform has listed them; null before the first run has come to its end.',
  })
  freshAsOf(@Root() sync: Sync): Date | null {
    return standingOf(sync).coveredTo;
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description:
      'Up to when the latest recount compared what the platform lists with what is here; null before the first.',
  })
  recountedAt(@Root() sync: Sync): Date | null {
    return standingOf(sync).recountedAt;
  }

  @FieldResolver(() => Int, {
    description: 'How many calls the sync has found of which the platform and the hub differed; `gaps` lists them.',
  })
  async gapsFound(@Root() { id }: Sync, @Ctx() scope: Scope): Promise<number> {
    return (await countGaps(scope, id)) ?? 0;
  }

  @FieldResolver(() => String, { nullable: true, description: 'What it waits for, besides its next time.' })
  waitsFor(@Root() sync: Sync): string | undefined {
    return waitsFor(sync);
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description:
      'When its run goes on by itself at the latest; `runSyncNow` has it go on at once. Null while none waits.',
  })
  waitingUntil(@Root() { run }: Sync): Date | null {
    return run?.status === RunStatus.WAITING ? run.wakeAt : null;
  }

  @FieldResolver(() => SyncProblem, { nullable: true, description: 'Why it does not bring calls now.' })
  problem(@Root() sync: Sync): SyncProblem | undefined {
    return problemOf(sync);
  }

  @FieldResolver(() => SyncTurnPage, { description: 'The times that it ran or was to run, latest first.' })
  turns(
    @Root() { id }: Sync,
    @Args(() => TurnArguments) page: TurnArguments,
    @Ctx() scope: Scope,
  ): Promise<SyncTurnPage> {
    return readPage(scope.em, SyncSlot, { syncId: id }, page, 'firedAt');
  }
}
