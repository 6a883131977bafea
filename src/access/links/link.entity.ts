import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Contact } from '../../customers/index.js';

export enum LinkPurpose {
  CONNECT = 'connect',
  RECONNECT = 'reconnect',
}
registerEnumType(LinkPurpose, {
  name: 'LinkPurpose',
  description: 'What a link is for.',
  valuesConfig: {
    CONNECT: { description: 'Connecting an account for the first time.' },
    RECONNECT: { description: 'Renewing the credential of a connection; only the same account is taken.' },
  },
});

export enum LinkState {
  MADE = 'MADE',
  OPENED = 'OPENED',
  VERIFIED = 'VERIFIED',
  USED = 'USED',
  EXPIRED = 'EXPIRED',
  REVOKED = 'REVOKED',
}
registerEnumType(LinkState, {
  name: 'LinkState',
  description: 'How far a link has come.',
  valuesConfig: {
    MADE: { description: 'Nobody has begun with it.' },
    OPENED: { description: 'Somebody has begun, and a code was sent to the contact.' },
    VERIFIED: { description: 'The code was entered: it is the contact. Or a ticket was opened, which needs no code.' },
    USED: { description: 'The account is connected. A link works once.' },
    EXPIRED: { description: 'Its time is over: 72 hours, for a ticket 10 minutes.' },
    REVOKED: { description: 'It was ended before it was used; `revokedBecause` says why.' },
  },
});

export enum ColleagueDecision {
  WAITING = 'waiting',
  APPROVED = 'approved',
  DECLINED = 'declined',
}
registerEnumType(ColleagueDecision, {
  name: 'ColleagueDecision',
  description: 'Whether a colleague whom a contact named gets a link.',
  valuesConfig: {
    WAITING: { description: 'Nobody has decided.' },
    APPROVED: { description: 'They are a contact now, and a link went to them.' },
    DECLINED: { description: 'They get no link.' },
  },
});

@ObjectType({ description: 'Somebody whom a contact named because it is not for the contact to do.' })
export class Colleague {
  @Field(() => String, { description: 'Name, as the contact wrote it.' })
  name!: string;

  @Field(() => String, { description: 'E-mail address, as the contact wrote it.' })
  email!: string;

  @Field(() => Boolean, {
    description: "Whether the address is under the same domain as the contact's own. Look twice when it is not.",
  })
  sameDomain!: boolean;

  @Field(() => ColleagueDecision, { description: 'Whether they get a link.' })
  decision!: ColleagueDecision;
}

@Entity({ tableName: 'links' })
@ObjectType({
  description:
    'An address by which a contact, or whoever is signed in to an internal tool, connects an account or renews a connection, once. The address itself is shown or mailed when it is made, and never again.',
})
export class Link {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the link.' })
  id!: string;

  @Property({ type: 'uuid' })
  @Field(() => ID, { description: 'The customer whose account it is about.' })
  customerId!: string;

  @Property({ type: 'text' })
  @Field(() => LinkPurpose, { description: 'What it is for.' })
  purpose!: LinkPurpose;

  @Property({ type: 'text' })
  @Field(() => ID, { description: 'Id of the platform.' })
  platform!: string;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, { nullable: true, description: 'The connection; null until a connect link has been used.' })
  connectionId!: string | null;

  @ManyToOne({ entity: () => Contact, eager: true, nullable: true })
  @Field(() => Contact, {
    nullable: true,
    description:
      'Whom it was made for, and to whom codes go; null for a ticket, which `startOAuth` made for whoever asked.',
  })
  contact!: Contact | null;

  /** The contact's address when it was made; it is for whoever reads what goes there. */
  @Property({ type: 'text', nullable: true })
  sentTo!: string | null;

  /** Of a ticket: the API key that asked for it, with which it ends. */
  @Property({ type: 'uuid', nullable: true })
  askerKeyId!: string | null;

  @Property({ type: 'uuid', nullable: true })
  askerStaffId!: string | null;

  @Property({ type: 'bytea' })
  hash!: Buffer;

  /** Its address, for a reconnect link of a contact: staff may pass it on. */
  @Property({ type: 'bytea', nullable: true })
  sealed!: Buffer | null;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'Who made it.' })
  madeBy!: string;

  /** The member of staff whom the contact may know; null when a program made it. */
  @Property({ type: 'text', nullable: true })
  askedBy!: string | null;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it was made.' })
  createdAt!: Date;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When it ends.' })
  expiresAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, {
    nullable: true,
    description: 'When somebody first began with it; looking at the page is no beginning.',
  })
  openedAt!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When the code was first entered.' })
  verifiedAt!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When the account was connected with it.' })
  usedAt!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When it was ended before it was used.' })
  revokedAt!: Date | null;

  @Property({ type: 'text', nullable: true })
  revokedBecause!: string | null;

  @Property({ type: 'smallint' })
  codesSent!: number;

  @Property({ type: 'timestamptz', nullable: true })
  codeSentAt!: Date | null;

  @Property({ type: 'smallint' })
  wrongCodes!: number;

  @Property({ type: 'json', nullable: true })
  @Field(() => Colleague, { nullable: true, description: 'Whom the contact named to do it; null when nobody.' })
  colleague!: Colleague | null;
}

/** A link works until it is used, revoked or over, and only for a contact who is still there, at the address that it went to. */
export function isAlive(link: Link, now: Date): boolean {
  return link.usedAt === null && endedBecause(link) === null && link.expiresAt > now;
}

/** Why a link was ended before it was used; null when it was not. */
export function endedBecause({ usedAt, revokedBecause, revokedAt, contact, sentTo }: Link): string | null {
  if (revokedAt !== null) return revokedBecause ?? '';
  if (usedAt !== null || contact === null) return null;
  if (contact.leftAt !== null) return 'Its contact has left.';
  return sentTo === null || sentTo === contact.email ? null : 'The address of its contact was changed.';
}

export function stateOf(link: Link, now: Date): LinkState {
  const { usedAt, expiresAt, verifiedAt, openedAt } = link;
  if (usedAt !== null) return LinkState.USED;
  if (endedBecause(link) !== null) return LinkState.REVOKED;
  if (expiresAt <= now) return LinkState.EXPIRED;
  if (verifiedAt !== null) return LinkState.VERIFIED;
  return openedAt === null ? LinkState.MADE : LinkState.OPENED;
}
