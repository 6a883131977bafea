import { Arg, Authorized, Ctx, Field, ObjectType, Query, Resolver, Root, Subscription } from 'type-graphql';
import { BrokenPromise, CallerError, PlatformError } from '../../src/core/errors.js';
import { type Role, roles } from '../../src/core/role.js';
import type { Scope } from '../../src/scope.js';

/** What the probe saw of the API that carries it. */
export const probed = { started: 0, freed: 0, slow: undefined as PromiseWithResolvers<void> | undefined };

@ObjectType({ description: 'A thing that holds itself.' })
export class Nest {
  @Field(() => Nest, { description: 'Itself again.' })
  inner!: Nest;

  @Field(() => String, { description: 'A word.' })
  word!: string;
}

/** Fields that fail, wait and nest, to see what the API makes of it. */
@Resolver()
export class ProbeResolver {
  @Authorized<Role>([...roles])
  @Query(() => String, { nullable: true, description: 'Fails in the way that is named.' })
  async fail(
    @Arg('how', () => String, { description: 'In which way.' }) how: string,
    @Ctx() scope: Scope,
  ): Promise<string> {
    if (how === 'caller')
      throw new CallerError('CONFLICT', 'No.', { remedy: 'Do not.', field: 'how', cause: new Error('inner') });
    if (how === 'platform') {
      const cause = Object.assign(new Error('canary'), { code: 'ECONNREFUSED' });
      throw new PlatformError('PLATFORM_UNREACHABLE', 'retry', 'Nobody there.', { remedy: 'Wait.', cause });
    }
    if (how === 'late') {
      probed.started += 1;
      await probed.slow?.promise;
      await scope.em.execute('select 1');
    }
    if (how === 'promise') throw new BrokenPromise('canary-promise');
    if (how === 'sql') return scope.em.execute('select canary_column from api_keys').then(String);
    throw new Error(`canary-${how}`);
  }

  @Authorized<Role>([...roles])
  @Query(() => String, { description: 'The time that was given, back again.' })
  echo(@Arg('at', () => Date, { description: 'A time.' }) at: Date): string {
    return at.toISOString();
  }

  @Authorized<Role>([...roles])
  @Query(() => String, { description: 'Answers when it is told to.' })
  async slow(@Ctx() { signal }: Scope): Promise<string> {
    probed.started += 1;
    signal.addEventListener('abort', () => (probed.freed += 1), { once: true });
    await probed.slow?.promise;
    return 'at last';
  }

  @Authorized<Role>([...roles])
  @Query(() => Nest, { description: 'A thing in a thing.' })
  nest(): Nest {
    const nest: Nest = {
      word: 'deep',
      get inner() {
        return nest;
      },
    };
    return nest;
  }

  @Authorized<Role>(['admin', 'cs'])
  @Subscription(() => String, {
    description: 'Says hello, then what the bus says.',
    subscribe: ({ args, context }) => listen(context as Scope, args['topic'] as string),
  })
  news(@Root() word: string, @Arg('topic', () => String, { description: 'Which.' }) _topic: string): string {
    if (word === 'fail') throw new Error('canary-event');
    return word;
  }
}

async function* listen({ bus, signal }: Scope, topic: string): AsyncGenerator<string> {
  if (topic === 'fail') throw new Error('canary-source');
  const news = bus.listen(topic, signal);
  probed.started += 1;
  try {
    yield 'hello';
    for await (const event of news) {
      if (event.kind === 'gap') continue;
      if (event.message === 'end') return;
      yield String(event.message);
    }
  } finally {
    probed.freed += 1;
  }
}
