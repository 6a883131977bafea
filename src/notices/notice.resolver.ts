import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Role } from '../core/role.js';
import { PageArguments, readPage } from '../customers/index.js';
import type { Scope } from '../scope.js';
import { Channel } from './channel.entity.js';
import {
  ChangeNoticeChannelInput,
  NoticeChannelPage,
  NoticePage,
  SetUpMailInput,
  SetUpSlackInput,
} from './channel.type.js';
import { Notice, NoticeStatus } from './notice.entity.js';
import { readNotice } from './post-notice.js';
import { readerOf } from './readers.js';
import { changeChannel, removeChannel, setUpMail, setUpSlack } from './set-up-channel.js';
import { sendTestNotice } from './send-test-notice.js';
import { NoticeWait, waitOf } from './waits.js';

const desk: Role[] = ['admin', 'cs'];
const theId = { description: 'Id of the channel.' };

@Resolver(() => Notice)
export class NoticeResolver {
  @Authorized<Role>(desk)
  @Query(() => NoticeChannelPage, { description: 'Where notices go, newest first.' })
  noticeChannels(@Args(() => PageArguments) page: PageArguments, @Ctx() { em }: Scope): Promise<NoticeChannelPage> {
    return readPage(em, Channel, { removedAt: null }, page, 'createdAt');
  }

  @Authorized<Role>(desk)
  @Query(() => NoticePage, { description: 'What people were told, or are about to be, newest first.' })
  notices(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only what concerns this customer.' })
    customerId?: string | null,
    @Arg('channelId', () => ID, { nullable: true, description: 'Only what goes to this channel.' })
    channelId?: string | null,
    @Arg('alertId', () => ID, { nullable: true, description: 'Only what tells of this alert.' })
    alertId?: string | null,
    @Arg('statuses', () => [NoticeStatus], { nullable: true, description: 'Only those of which this has become.' })
    statuses?: NoticeStatus[] | null,
  ): Promise<NoticePage> {
    const where = {
      ...(customerId != null && { customerId }),
      ...(channelId != null && { channel: channelId }),
      ...(alertId != null && { alertId }),
      ...(statuses != null && { status: { $in: statuses } }),
    };
    return readPage(scope.em, Notice, where, page, 'createdAt', ['channel']);
  }

  @FieldResolver(() => [String], {
    description: 'What it says below its title, line by line. The address of its link stands in no answer.',
  })
  async lines(@Root() notice: Notice, @Ctx() scope: Scope): Promise<readonly string[]> {
    if (notice.sealed.length === 0) return [];
    return (await readNotice(scope, notice, await readerOf(scope, notice.channel))).lines;
  }

  @FieldResolver(() => NoticeWait, { nullable: true, description: 'Why it waits; null when it does not.' })
  async waitsBecause(@Root() notice: Notice, @Ctx() scope: Scope): Promise<NoticeWait | undefined> {
    return (await waitOf(scope, notice))?.because;
  }

  @FieldResolver(() => Date, {
    nullable: true,
    description: 'Until when it waits at the least; null when it does not, or is being sent.',
  })
  async waitsUntil(@Root() notice: Notice, @Ctx() scope: Scope): Promise<Date | null | undefined> {
    return (await waitOf(scope, notice))?.until;
  }

  @Authorized<Role>(desk)
  @Mutation(() => Channel, { description: 'Lets notices go to a channel of Slack. Try it with `sendTestNotice`.' })
  setUpSlack(
    @Arg('input', () => SetUpSlackInput, { description: 'Where, and what.' }) input: SetUpSlackInput,
    @Ctx() scope: Scope,
  ): Promise<Channel> {
    return setUpSlack(scope, input);
  }

  @Authorized<Role>(desk)
  @Mutation(() => Channel, { description: 'Lets notices go to a person by mail. Try it with `sendTestNotice`.' })
  setUpMail(
    @Arg('input', () => SetUpMailInput, { description: 'To whom, and what.' }) input: SetUpMailInput,
    @Ctx() scope: Scope,
  ): Promise<Channel> {
    return setUpMail(scope, input);
  }

  @Authorized<Role>(desk)
  @Mutation(() => Channel, { description: 'Changes what is told in a channel, and when.' })
  changeNoticeChannel(
    @Arg('input', () => ChangeNoticeChannelInput, { description: 'What is to be different.' })
    input: ChangeNoticeChannelInput,
    @Ctx() scope: Scope,
  ): Promise<Channel> {
    return changeChannel(scope, input);
  }

  @Authorized<Role>(desk)
  @Mutation(() => Channel, { description: 'Lets nothing go to a channel any more. A Slack address is destroyed.' })
  removeNoticeChannel(@Arg('id', () => ID, theId) id: string, @Ctx() scope: Scope): Promise<Channel> {
    return removeChannel(scope, id);
  }

  @Authorized<Role>(desk)
  @Mutation(() => Notice, {
    description: 'Sends a notice that says it is a test, at once. `notices` tells what has become of it.',
  })
  sendTestNotice(@Arg('channelId', () => ID, theId) channelId: string, @Ctx() scope: Scope): Promise<Notice> {
    return sendTestNotice(scope, channelId);
  }
}
