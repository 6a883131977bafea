import { Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { ConnectionHealth } from '../access/index.js';
import type { Scope } from '../scope.js';
import { SyncHealth } from './connection-health.type.js';
import { readConnectionWork } from './read-connection-work.js';

@Resolver(() => ConnectionHealth)
export class ConnectionHealthResolver {
  @FieldResolver(() => SyncHealth, {
    nullable: true,
    description:
      'Whether calls come in as they should, by the latest import or run of a sync that was not cancelled; null when there is none.',
  })
  async sync(@Root() { connectionId }: ConnectionHealth, @Ctx() scope: Scope): Promise<SyncHealth | undefined> {
    return (await readConnectionWork(scope, connectionId))?.sync;
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description:
      'Up to when calls are here: as its syncs have read, or else the start of the newest call that came through it; null when none did.',
  })
  async freshness(@Root() { connectionId }: ConnectionHealth, @Ctx() scope: Scope): Promise<Date | undefined> {
    return (await readConnectionWork(scope, connectionId))?.freshAsOf;
  }

  @FieldResolver(() => Int, {
    description: 'How many imports stand still until the credential is renewed. They go on by themselves then.',
  })
  async importsOnHold(@Root() { connectionId }: ConnectionHealth, @Ctx() scope: Scope): Promise<number> {
    return (await readConnectionWork(scope, connectionId))?.onHold ?? 0;
  }
}
