import { registerEnumType } from 'type-graphql';

/** Everything that can be a fact: what it means, and whether something else follows from it. */
const kinds = {
  'connection.connected': ['An account was connected for the first time.', 'reacts'],
  'connection.renewed': ['The credential of a connection was renewed.', 'reacts'],
  'connection.broken': ['The platform refuses the credential of a connection.', 'reacts'],
  'connection.expiring': [
    'The credential of a connection ends soon, and nothing prolongs it by itself: told 14, 7, 3 and 1 days before.',
    'reacts',
  ],
  'connection.prolonged': ['The end of a credential that was told of has moved away by itself.', 'reacts'],
  'connection.dormant': [
    'Nobody has used a connection for 90 days. After 120 its credential is destroyed; `details.destroyedAt` says when.',
  ],
  'connection.disconnected': [
    'The credential of a connection was destroyed, on request or because nobody has used it for 120 days.',
    'reacts',
  ],
  'connection.mismatched': ['Somebody tried to renew a connection with another account. Nothing was stored.'],
  'connection.moved': ['A customer works in another account now: the connection to the old one is over.', 'reacts'],
  'move.requested': ['A member of staff asks for a move to another account. Another one approves or declines it.'],
  'account.shared': [
    'An account was connected that another customer has connected too. Nobody but the operator is told.',
  ],
  'alert.opened': [
    'Somebody has to act: `details` says who and what to do, `linkId` is the link that was made for it. `details.about` is `broken` or `expiring`; an end that comes nearer is told again. With `details.alertId` it is one of `alerts`, told again when it gets worse.',
  ],
  'alert.acknowledged': ['Somebody looks after what an alert is about.'],
  'alert.resolved': ['What an alert was about is over.'],
  'link.made': ['A link was made for a contact.'],
  'link.revoked': ['A link was revoked before it was used.'],
  'link.expired': ['A reconnect link ran out while its connection is broken.', 'reacts'],
  'mail.dead': ['A mail to a contact could not be delivered and is given up.', 'reacts'],
  'webhook.dead': ['A platform no longer sends the events that it was subscribed to. A new subscription is made.'],
  'webhook.replaced': ['A subscription that was dead has been replaced; a poll makes up for what was missed.'],
  'endpoint.disabled': [
    'An endpoint of another program is sent nothing any more, because it wants it so or has taken no message for five days: `details` says which and why.',
  ],
  'link.colleague-named': ['A contact says that a colleague has to do it. Approve or decline it.'],
} as const satisfies Readonly<Record<string, readonly [meaning: string, reacts?: 'reacts']>>;

export type FactKind = keyof typeof kinds;

/** Whether something else follows from facts of this kind. */
export function awaitsReaction(kind: FactKind): boolean {
  return kinds[kind].length > 1;
}

/** For people who write programs. */
export function meaningOf(kind: FactKind): string {
  return kinds[kind][0];
}

/** `connection.broken` is CONNECTION_BROKEN in GraphQL. */
export const FactKindEnum: Readonly<Record<string, FactKind>> = Object.fromEntries(
  (Object.keys(kinds) as FactKind[]).map(kind => [nameOf(kind), kind]),
);

registerEnumType(FactKindEnum, {
  name: 'FactKind',
  description: 'What has happened.',
  valuesConfig: Object.fromEntries(
    Object.entries(kinds).map(([kind, [description]]) => [nameOf(kind), { description }]),
  ),
});

function nameOf(kind: string): string {
  return kind.toUpperCase().replaceAll(/[.-]/g, '_');
}
