import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Scope } from '../scope.js';
import { Channel } from './channel.entity.js';
import { readerOf } from './readers.js';

@Resolver(() => Channel)
export class ChannelResolver {
  @FieldResolver(() => String, {
    description: 'In which language, as in `en`: that of the contact where it is one, which `changeContact` sets.',
  })
  async language(@Root() channel: Channel, @Ctx() scope: Scope): Promise<string> {
    return (await readerOf(scope, channel)).language;
  }
}
