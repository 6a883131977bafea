import type { EntityManager } from '@mikro-orm/postgresql';
import {
  Arg,
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
import { Call } from '../../src/calls/call.entity.js';
import { CallerError, notFound } from '../../src/core/errors.js';
import type { Role } from '../../src/core/role.js';
import { sessionVariables } from '../../src/infra/orm.js';
import type { Scope } from '../../src/scope.js';

const all: Role[] = ['admin', 'cs', 'service', 'customer'];
const id = { description: 'Id.' };
const planted = { description: 'Planted.' };

/** Mistakes that people make, each in a resolver of its own. The walk has to find every one. */
@Resolver(() => Call)
export class Leaks {
  @Authorized<Role>(all)
  @Query(() => Call, planted)
  anyCall(@Arg('id', () => ID, id) callId: string, @Ctx() scope: Scope): Promise<Call> {
    return found(everything(scope).findOne(Call, { id: callId }));
  }

  @FieldResolver(() => String, { nullable: true, ...planted })
  async neighbourTitle(@Root() call: Call, @Ctx() { sql }: Scope): Promise<string | undefined> {
    const text = 'select title from calls where customer_id <> $1 and title is not null order by id limit 1';
    const [row] = await sql.transaction('all', tx => tx.rows<{ title: string }>(text, [call.customerId]));
    return row?.title;
  }

  @Authorized<Role>(all)
  @Subscription(() => String, {
    ...planted,
    subscribe: ({ args, context }) => news(context as Scope, String((args as { importId: unknown }).importId)),
  })
  anyNews(@Root() message: string, @Arg('importId', () => ID, id) _importId: string): string {
    return message;
  }

  @Authorized<Role>(all)
  @Mutation(() => Boolean, planted)
  async claimCall(@Arg('id', () => ID, id) callId: string, @Ctx() scope: Scope): Promise<boolean> {
    const call = await found(everything(scope).findOne(Call, { id: callId }));
    if (call.customerId === scope.viewer.customerId) return true;
    throw new CallerError('CONFLICT', `The call "${call.title}" belongs to somebody else.`);
  }

  @Authorized<Role>(all)
  @Query(() => [Call], planted)
  recentCalls(@Ctx() scope: Scope): Promise<Call[]> {
    return everything(scope).find(Call, {}, { limit: 100 });
  }

  @Authorized<Role>(all)
  @Query(() => Boolean, planted)
  async hasCall(@Arg('id', () => ID, id) callId: string, @Ctx() scope: Scope): Promise<boolean> {
    return (await everything(scope).count(Call, { id: callId })) > 0;
  }

  @Authorized<Role>(all)
  @Mutation(() => Boolean, planted)
  async touchCall(@Arg('id', () => ID, id) callId: string, @Ctx() { sql }: Scope): Promise<boolean> {
    await sql.transaction('all', tx => tx.rows('update calls set updated_at = now() where id = $1', [callId]));
    return true;
  }

  @Authorized<Role>(all)
  @Query(() => Int, planted)
  callCount(@Ctx() scope: Scope): Promise<number> {
    return everything(scope).count(Call, {});
  }

  @Authorized<Role>(['sales', ...all])
  @Query(() => String, planted)
  meantForAdmins(): string {
    return 'open';
  }

  /** Only the ORM's filter is forgotten here: row-level security holds. */
  @Authorized<Role>(all)
  @Query(() => [Call], planted)
  unfilteredCalls(@Ctx() { em }: Scope): Promise<Call[]> {
    return em.find(Call, {}, { filters: false });
  }
}

function everything({ em }: Scope): EntityManager {
  const fork = em.fork({ session: { variables: sessionVariables('all') } });
  fork.setFilterParams('customer', { reach: 'all' });
  return fork;
}

async function found(looked: Promise<Call | null>): Promise<Call> {
  const call = await looked;
  if (call === null) throw notFound('call');
  return call;
}

async function* news({ bus, signal }: Scope, importId: string): AsyncGenerator<string> {
  for await (const event of bus.listen(`progress:${importId}`, signal)) {
    if (event.kind === 'gap') continue;
    yield JSON.stringify(event.message);
    return;
  }
}
