/** What people are told: where it goes, who gets what, and when. */
import type { SealedColumn } from '../core/sealed-column.js';
import { Channel } from './channel.entity.js';
import { ChannelResolver } from './channel.resolver.js';
import { kept } from './kept-notices.js';
import { Notice } from './notice.entity.js';
import { NoticeResolver } from './notice.resolver.js';

export { EscalationStep, escalationSteps, hoursOf } from './escalation-step.js';
export { NoticeSeverity, NoticeTopic } from './notice-topic.js';
export { postNotice, wants } from './post-notice.js';
export { readChannels } from './read-channels.js';
export { sendNotices } from './send-notices.js';
export { mayTell } from './set-up-channel.js';
export { withdrawEscalations, withdrawNotices } from './withdraw.js';

const sealed = ['notice_channels', 'notices'].map(
  (table): SealedColumn => ({
    ...{ table, column: 'sealed', key: 'id', keyType: 'uuid', owner: 'customer or house' },
    ...{ rowId: 't.id::text', epoch: '0' },
  }),
);

export const feature = { entities: [Channel, Notice], resolvers: [NoticeResolver, ChannelResolver], sealed, kept };
