import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { Connection } from '../access/index.js';
import { CallMedium } from '../catalog/index.js';
import type { Role } from '../core/role.js';
import { IdempotencyKey, onceFor, PageArguments, readPage } from '../customers/index.js';
import {
  KeptUnread,
  keptUnreadOf,
  type Run,
  type RunSnapshot,
  RunStatus,
  snapshotOf,
  steerRun,
  UnusableRecord,
  watchRun,
} from '../runs/index.js';
import type { Scope } from '../scope.js';
import { Import } from './import.entity.js';
import { ImportPage, ImportProgress, StartImportInput, UnusableRecordPage } from './import.type.js';
import { progressOf } from './progress.js';
import { readImport } from './read-import.js';
import { startImport } from './start-import.js';

const importers: Role[] = ['admin', 'cs', 'service', 'customer'];

@Resolver(() => Import)
export class ImportResolver {
  @Authorized<Role>(importers)
  @Mutation(() => Import, { description: 'Begins an import and returns at once. Watch it with `importProgress`.' })
  startImport(
    @Arg('input', () => StartImportInput, { description: 'What to import.' }) input: StartImportInput,
    @Ctx() scope: Scope,
    @IdempotencyKey() key?: string | null,
  ): Promise<Import> {
    return startImport(scope, input, onceFor(key, 'startImport', input));
  }

  @Authorized<Role>(importers)
  @Mutation(() => Import, { description: 'Stops an import until `resumeImport`. The page in hand is stored first.' })
  pauseImport(
    @Arg('id', () => ID, { description: 'Id of the import.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<Import> {
    return steer(scope, id, 'pause');
  }

  @Authorized<Role>(importers)
  @Mutation(() => Import, { description: 'Lets a paused or waiting import go on now, from where it stopped.' })
  resumeImport(
    @Arg('id', () => ID, { description: 'Id of the import.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<Import> {
    return steer(scope, id, 'run');
  }

  @Authorized<Role>(importers)
  @Mutation(() => Import, { description: 'Stops an import for good. Calls that were imported stay.' })
  cancelImport(
    @Arg('id', () => ID, { description: 'Id of the import.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<Import> {
    return steer(scope, id, 'cancel');
  }

  @Authorized<Role>(importers)
  @Query(() => Import, { description: 'One import.' })
  import(@Arg('id', () => ID, { description: 'Id of the import.' }) id: string, @Ctx() scope: Scope): Promise<Import> {
    return readImport(scope, id);
  }

  @Authorized<Role>(importers)
  @Query(() => ImportPage, { description: 'Imports, newest first.' })
  imports(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' }) customerId?: string,
    @Arg('connectionId', () => ID, { nullable: true, description: 'Only those through this connection.' })
    connectionId?: string,
    @Arg('status', () => [RunStatus], { nullable: true, description: 'Only those in one of these.' })
    status?: RunStatus[],
  ): Promise<ImportPage> {
    const where = {
      ...(customerId != null && { customerId }),
      ...(connectionId != null && { connectionId }),
      ...(status != null && { run: { status: { $in: status } } }),
    };
    return readPage(scope.em, Import, where, page, 'createdAt');
  }

  @Authorized<Role>(importers)
  @Subscription(() => ImportProgress, {
    description: 'Where an import stands: now, after every change (at most four times a second), and at its end.',
    subscribe: ({ args, context }) => watchRun(context as Scope, (args as { importId: string }).importId),
  })
  importProgress(
    @Root() snapshot: RunSnapshot,
    @Arg('importId', () => ID, { description: 'Id of the import.' }) _importId: string,
    @Ctx() scope: Scope,
  ): ImportProgress {
    return progressOf(snapshot, scope.clock.now());
  }

  @FieldResolver(() => RunStatus, { description: 'Where the import stands.' })
  status(@Root() { run }: Import): RunStatus {
    return run.status;
  }

  @FieldResolver(() => ID, { description: 'Id of the platform.' })
  platform(@Root() { run }: Import): string {
    return run.platform;
  }

  @FieldResolver(() => Date, { description: 'Start of the window, included.' })
  from(@Root() { run }: Import): Date {
    return run.windowFrom;
  }

  @FieldResolver(() => Date, { description: 'End of the window, not included.' })
  to(@Root() { run }: Import): Date {
    return run.windowTo;
  }

  @FieldResolver(() => CallMedium, {
    nullable: true,
    description: 'The only medium that is imported; absent when all are.',
  })
  medium(@Root() { run }: Import): Run['medium'] {
    return run.medium;
  }

  @FieldResolver(() => ImportProgress, { description: 'How far the import is.' })
  progress(@Root() { run }: Import, @Ctx() scope: Scope): ImportProgress {
    return progressOf(snapshotOf(run), scope.clock.now());
  }

  @FieldResolver(() => Connection, { description: 'The connection that the calls come through.' })
  connection(@Root() { connectionId }: Import, @Ctx() scope: Scope): Promise<Connection> {
    return scope.em.findOneOrFail(Connection, { id: connectionId });
  }

  @FieldResolver(() => KeptUnread, {
    nullable: true,
    description: 'Records that it brought and that the hub cannot read yet; null when there are none.',
  })
  keptUnread(@Root() { run }: Import, @Ctx() scope: Scope): Promise<KeptUnread | undefined> {
    return keptUnreadOf.run(scope, run.id);
  }

  @FieldResolver(() => UnusableRecordPage, { description: 'What could not be used, and why; latest first.' })
  unusable(
    @Root() { run }: Import,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
  ): Promise<UnusableRecordPage> {
    return readPage(scope.em, UnusableRecord, { runId: run.id }, page, 'seenAt');
  }
}

async function steer(scope: Scope, id: string, wanted: 'run' | 'pause' | 'cancel'): Promise<Import> {
  const { run } = await readImport(scope, id);
  await steerRun(scope, run.id, wanted);
  return readImport(scope, id);
}
