import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { CallerError, notFound } from '../core/errors.js';
import { houseOwner, type Keyring } from '../core/ports.js';
import { Secret } from '../core/secret.js';
import { checkInput, contactShape, findContact, readCustomer, record, Staff } from '../customers/index.js';
import { inTransaction, type Scope } from '../scope.js';
import { isZone } from '../syncs/index.js';
import { Channel, ChannelKind, Digest } from './channel.entity.js';
import type {
  ChangeNoticeChannelInput,
  NoticeDigestInput,
  QuietHoursInput,
  SetUpMailInput,
  SetUpSlackInput,
} from './channel.type.js';
import { NoticeSeverity, NoticeTopic } from './notice-topic.js';
import { planAnew } from './plan-anew.js';
import { checkSlackAddress } from './slack-address.js';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a local time such as 22:00');
const timeZone = z.string().refine(isZone, 'must be a zone of the IANA list, such as Europe/Berlin');
const quietShape = z
  .object({ from: clock, to: clock, timeZone })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'must be another time than `from`' });
const digestShape = z.object({
  every: z.enum(Digest),
  at: clock,
  timeZone,
});
const shape = z.object({
  name: z
    .string()
    .trim()
    .regex(/^\P{Cc}{1,100}$/u, 'must be 1 to 100 characters on one line'),
  topics: z.array(z.enum(NoticeTopic)).min(1, 'must name a topic at least; leave it out for all').nullish(),
  quietHours: quietShape.nullish(),
  digest: digestShape.nullish(),
  language: contactShape.language.nullish(),
});
const changeShape = shape.extend({ name: shape.shape.name.nullish() });
const field = 'notice_channels.sealed';

/** @throws CallerError INVALID_INPUT when the address is not Slack's; NOT_FOUND */
export async function setUpSlack(scope: Scope, input: SetUpSlackInput): Promise<Channel> {
  const address = new Secret(checkSlackAddress(input.address));
  return setUp(scope, input, { kind: ChannelKind.SLACK, address });
}

/** @throws CallerError INVALID_INPUT, NOT_FOUND */
export async function setUpMail(scope: Scope, input: SetUpMailInput): Promise<Channel> {
  const { recipientId } = input;
  const staff = await scope.em.findOne(Staff, { id: recipientId, leftAt: null });
  if (staff !== null) return setUp(scope, input, { kind: ChannelKind.MAIL, staffId: staff.id });
  const { id: contactId, customerId } = await findContact(scope, recipientId, 'input.recipientId');
  if (input.customerId != null && input.customerId !== customerId)
    throw new CallerError('INVALID_INPUT', 'The contact is of another customer.', {
      field: 'input.customerId',
      remedy: 'Leave it out: whoever is at a customer reads of no other.',
    });
  return setUp(scope, Object.assign(input, { customerId }), { kind: ChannelKind.MAIL, contactId });
}

interface Means {
  readonly kind: ChannelKind;
  readonly address?: Secret<string>;
  readonly staffId?: string | null;
  readonly contactId?: string | null;
}

async function setUp(scope: Scope, input: Omit<SetUpSlackInput, 'address'>, means: Means): Promise<Channel> {
  const { name, quietHours, digest, language } = checkInput(shape, input);
  const { customerId = null, topics, least, escalation = null, fallbackId = null } = input;
  if (customerId !== null) await readCustomer(scope, customerId);
  const id = randomUUID();
  return inTransaction(scope, async inside => {
    const { em, clock: watch, viewer, keyring } = inside;
    await requireFallback(inside, { id, customerId }, fallbackId);
    if (means.address !== undefined)
      await requireNoDouble(
        inside,
        { id, customerId, escalation, topics: topics ?? Object.values(NoticeTopic) },
        means.address,
      );
    const now = watch.now();
    const { kind, address, staffId = null, contactId = null } = means;
    requireOwnLanguage(contactId, language);
    const channel = em.create(Channel, {
      ...{
        id,
        customerId,
        kind,
        name,
        staffId,
        contactId,
        fallbackId,
        escalation,
        ...quietOf(quietHours),
        ...digestOf(digest),
        language: language ?? 'en',
      },
      sealed: address === undefined ? Buffer.alloc(0) : await sealAddress(keyring, { id, customerId }, address),
      topics: topics ?? Object.values(NoticeTopic),
      least: least ?? NoticeSeverity.NEWS,
      ...{
        failingSince: null,
        problem: null,
        lastSentAt: null,
        createdBy: viewer.name,
        createdAt: now,
        updatedAt: now,
      },
      removedAt: null,
    });
    await em.persist(channel).flush();
    const details = { kind, name };
    await record(inside, { act: 'notice-channel.made', target: `notice channel ${id}`, customerId, details });
    return channel;
  });
}

/** @throws CallerError NOT_FOUND, INVALID_INPUT */
export async function changeChannel(scope: Scope, input: ChangeNoticeChannelInput): Promise<Channel> {
  const { name, quietHours, digest, language } = checkInput(changeShape, input);
  const { id, topics, least, escalation, fallbackId, address } = input;
  return inTransaction(scope, async inside => {
    const channel = await findChannel(inside, id);
    await requireFallback(inside, channel, fallbackId ?? null);
    requireOwnLanguage(channel.contactId, language);
    if (address != null) await moveTo(inside, channel, address);
    inside.em.assign(channel, {
      ...(name != null && { name }),
      ...(topics != null && { topics }),
      ...(least != null && { least }),
      ...(escalation !== undefined && { escalation }),
      ...(quietHours !== undefined && quietOf(quietHours)),
      ...(digest !== undefined && digestOf(digest)),
      ...(fallbackId !== undefined && { fallbackId }),
      ...(language != null && { language }),
      updatedAt: inside.clock.now(),
    });
    await inside.em.flush();
    if (quietHours !== undefined || digest !== undefined) await planAnew(inside, channel);
    const { customerId } = channel;
    await record(inside, { act: 'notice-channel.changed', target: `notice channel ${id}`, customerId });
    return channel;
  });
}

/** What waits in it, and what could not be sent, goes to the new address. */
async function moveTo(inside: Scope, channel: Channel, address: string): Promise<void> {
  if (channel.kind !== ChannelKind.SLACK)
    throw new CallerError('INVALID_INPUT', 'This channel goes to a person by mail.', {
      field: 'input.address',
      remedy: 'Leave it out; for another person set up another channel with `setUpMail` and remove this one.',
    });
  const secret = new Secret(checkSlackAddress(address));
  await requireNoDouble(inside, channel, secret);
  const sealed = await sealAddress(inside.keyring, channel, secret);
  Object.assign(channel, { sealed, failingSince: null, problem: null });
  await inside.em.execute(
    "update notice_messages set try_at = clock_timestamp() where channel_id = ? and status = 'WAITING'",
    [channel.id],
  );
}

/** What waits for it is not sent any more, and its address is destroyed. @throws CallerError NOT_FOUND */
export async function removeChannel(scope: Scope, id: string): Promise<Channel> {
  return inTransaction(scope, async inside => {
    const channel = await findChannel(inside, id);
    inside.em.assign(channel, { removedAt: inside.clock.now(), sealed: Buffer.alloc(0) });
    await inside.em.flush();
    await inside.em.execute('update notice_channels set fallback_id = null where fallback_id = ?', [id]);
    await inside.em.execute("update notices set status = 'WITHDRAWN' where channel_id = ? and status = 'WAITING'", [
      id,
    ]);
    await inside.em.execute("update notice_messages set status = 'DEAD' where channel_id = ? and status = 'WAITING'", [
      id,
    ]);
    const { customerId } = channel;
    await record(inside, { act: 'notice-channel.removed', target: `notice channel ${id}`, customerId });
    return channel;
  });
}

/** @throws CallerError NOT_FOUND */
export async function findChannel({ em }: Scope, id: string, at?: string): Promise<Channel> {
  const found = await em.findOne(Channel, { id, removedAt: null }, { refresh: true });
  if (found === null) throw notFound('notice channel', at);
  return found;
}

/** Whether what concerns this customer, or the hub when it is null, may be told in the channel. */
export function mayTell(channel: Pick<Channel, 'customerId'>, customerId: string | null): boolean {
  return channel.customerId === null || channel.customerId === customerId;
}

async function requireFallback(inside: Scope, { id, customerId }: Place, fallbackId: string | null): Promise<void> {
  if (fallbackId === null) return;
  if (fallbackId === id)
    throw new CallerError('INVALID_INPUT', 'A channel cannot stand in for itself.', {
      field: 'input.fallbackId',
      remedy: 'Name another channel, best of another kind.',
    });
  if (mayTell(await findChannel(inside, fallbackId, 'input.fallbackId'), customerId)) return;
  throw new CallerError('INVALID_INPUT', 'That channel is of one customer, who must read of no other.', {
    field: 'input.fallbackId',
    remedy: 'Name a channel of the same customer, or one that is of no single customer.',
  });
}

function requireOwnLanguage(contactId: string | null, language: string | null | undefined): void {
  if (contactId === null || language == null) return;
  throw new CallerError('INVALID_INPUT', 'A contact is told in their own language, in mails and in notices.', {
    field: 'input.language',
    remedy: 'Leave it out, and set the language of the contact with `changeContact`.',
  });
}

function quietOf(quiet: QuietHoursInput | null | undefined) {
  return { quietFrom: quiet?.from ?? null, quietTo: quiet?.to ?? null, timeZone: quiet?.timeZone ?? null };
}

function digestOf(digest: NoticeDigestInput | null | undefined) {
  return { digest: digest?.every ?? null, digestAt: digest?.at ?? null, digestZone: digest?.timeZone ?? null };
}

/** Where two channels would post the same to one address, everything would come twice. */
async function requireNoDouble(
  { em, keyring }: Scope,
  { id, customerId, escalation, topics }: Pick<Channel, 'id' | 'customerId' | 'escalation' | 'topics'>,
  address: Secret<string>,
): Promise<void> {
  const others = await em.find(Channel, { id: { $ne: id }, kind: ChannelKind.SLACK, removedAt: null, escalation });
  for (const other of others) {
    const isOfBoth = customerId === null || mayTell(other, customerId);
    if (!isOfBoth || !other.topics.some(topic => topics.includes(topic))) continue;
    if ((await openAddress({ keyring }, other)).reveal() !== address.reveal()) continue;
    throw new CallerError('CONFLICT', `The channel ${other.id} posts the same to this address already.`, {
      field: 'input.address',
      remedy: 'Change that one with `changeNoticeChannel`, or choose other topics.',
    });
  }
}

type Place = Pick<Channel, 'id' | 'customerId'>;

function sealAddress(keyring: Keyring, { id, customerId }: Place, address: Secret<string>): Promise<Buffer> {
  return keyring.seal(Buffer.from(address.reveal()), {
    customerId: customerId ?? houseOwner,
    field,
    rowId: id,
    epoch: 0,
  });
}

/** Where messages to a channel of Slack are posted. */
export async function openAddress(
  { keyring }: { readonly keyring: Keyring },
  { id, customerId, sealed }: Place & { readonly sealed: Buffer },
): Promise<Secret<string>> {
  const context = { customerId: customerId ?? houseOwner, field, rowId: id, epoch: 0 };
  return new Secret((await keyring.open(sealed, context)).toString());
}
