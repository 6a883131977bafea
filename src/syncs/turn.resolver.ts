import { FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { RunStatus } from '../runs/index.js';
import { SyncSlot } from './slot.entity.js';
import { SyncProblem } from './sync.type.js';

@Resolver(() => SyncSlot)
export class SyncTurnResolver {
  @FieldResolver(() => Boolean, { description: 'Whether it was left out because the one before was still under way.' })
  skipped(@Root() { run }: SyncSlot): boolean {
    return run === null;
  }

  @FieldResolver(() => RunStatus, { nullable: true, description: 'Where its run stands; null when it was left out.' })
  status(@Root() { run }: SyncSlot): RunStatus | undefined {
    return run?.status;
  }

  @FieldResolver(() => Date, { nullable: true, description: 'Start of the stretch that was read, included.' })
  from(@Root() { run }: SyncSlot): Date | undefined {
    return run?.windowFrom;
  }

  @FieldResolver(() => Date, { nullable: true, description: 'End of the stretch that was read, not included.' })
  to(@Root() { run }: SyncSlot): Date | undefined {
    return run?.windowTo;
  }

  @FieldResolver(() => Int, { description: 'Calls that were new to the hub.' })
  added(@Root() { run }: SyncSlot): number {
    return run?.added ?? 0;
  }

  @FieldResolver(() => Int, { description: 'Calls that were stored: new ones, and those that had changed.' })
  stored(@Root() { run }: SyncSlot): number {
    return run?.stored ?? 0;
  }

  @FieldResolver(() => Int, { description: 'Requests sent to the platform.' })
  requests(@Root() { run }: SyncSlot): number {
    return run?.requests ?? 0;
  }

  @FieldResolver(() => Date, { nullable: true, description: 'When a worker first took it up.' })
  startedAt(@Root() { run }: SyncSlot): Date | null {
    return run?.startedAt ?? null;
  }

  @FieldResolver(() => Date, { nullable: true, description: 'When it ended.' })
  finishedAt(@Root() { run }: SyncSlot): Date | null {
    return run?.finishedAt ?? null;
  }

  @FieldResolver(() => SyncProblem, { nullable: true, description: 'Why it stands still or has failed.' })
  problem(@Root() { run }: SyncSlot): SyncProblem | null {
    return run?.error ?? null;
  }
}
