import { randomBytes } from 'node:crypto';
import { playConsent } from '../../kit/consent.js';
import { addContact, connectLink, GuestBrowser, reconnectLink, verifiedGuest } from '../../kit/guest.js';
import { newCustomer } from '../../kit/sign-in.js';
import { until } from '../../kit/until.js';
import type { SignInWorld } from './world.js';

/**
 * Steps from the way back to the end, in order: the session is taken; the platform has acted upon the code and its answer
 * is on the way; the tokens are in memory; the platform has said whose they are; the proposal is stored; the credential is
 * being stored; the COMMIT is on its way; the browser has its answer.
 */
export const steps = [
  ...['state claimed', 'platform acted', 'code exchanged', 'whoami answered', 'proposal stored'],
  ...['confirming', 'committing', 'confirmed'],
] as const;
export type Step = (typeof steps)[number];
export const purposes = ['connect', 'reconnect'] as const;
export type Purpose = (typeof purposes)[number];

/** What is known of a customer's credentials. */
interface Standing {
  /** Of every credential; at most one. */
  readonly epochs: readonly number[];
  /** The consent that the credential lives by, when the platform still takes its token. */
  readonly livesBy: string | undefined;
}

export interface Verdict {
  /** What the browser sees that was there, once another process has taken over. */
  readonly seen: string;
  /** Opened again with another browser. */
  readonly link: 'finished' | 'used';
  /** Right after the kill, and at the end. */
  readonly epochs: readonly [readonly number[], readonly number[]];
  /** By whose consent the credential lives that was there right after the kill, and at the end. */
  readonly livesBy: readonly ['old' | 'killed' | 'none', 'old' | 'killed' | 'later' | 'none'];
  /** How often a link was used up for it. */
  readonly used: number;
  /** Consents that the platform had given to what was killed. */
  readonly granted: number;
  /** Tokens that nobody has decided about: held here when it was killed, revoked at the platform, and still held at the end. */
  readonly orphans: { readonly held: number; readonly revoked: number; readonly left: number };
}

/** Made live by what was killed. */
const isDone = (step: Step): boolean => step === 'committing' || step === 'confirmed';
const isHeld = (step: Step): boolean => step === 'proposal stored' || step === 'confirming';

export function expected(step: Step, purpose: Purpose): Verdict {
  const old = purpose === 'reconnect' ? [1] : [];
  const renewed = purpose === 'reconnect' ? [2] : [1];
  const held = isHeld(step) ? 1 : 0;
  const granted = step === 'state claimed' ? 0 : 1;
  const orphans = {
    ...{ held, left: 0 },
    // Where the account is connected by the same app, revoking might end what lives by it; only the copy is destroyed.
    revoked: purpose === 'connect' ? held : 0,
  };
  if (isDone(step))
    return {
      ...{ seen: 'Connected', link: 'used', epochs: [renewed, renewed], livesBy: ['killed', 'killed'], used: 1 },
      ...{ granted, orphans },
    };
  return {
    seen: isHeld(step) ? 'Is this the right account?' : 'Give access to Made-up pretend',
    ...{ link: 'finished', epochs: [old, renewed], used: 1, granted, orphans },
    livesBy: [purpose === 'reconnect' ? 'old' : 'none', 'later'],
  };
}

/** A process is killed at a step of a sign-in by link; another one, which sweeps, takes over. */
export async function playKill(world: SignInWorld, step: Step, purpose: Purpose): Promise<Verdict> {
  const { hub, front, database, platform, survivor } = world;
  const account = `account-${randomBytes(6).toString('hex')}`;
  const customerId = await newCustomer(hub);
  const { id: contactId } = await addContact(hub, customerId);
  front.to(survivor.url);
  let link = await connectLink(hub, customerId, contactId, platform.id);
  if (purpose === 'reconnect') {
    const first = await verifiedGuest(hub, customerId, link.address);
    await first.open(await consentOf(first, account));
    await first.send('confirm');
    await codesMayFollow(world, customerId);
    link = await reconnectLink(hub, await connectionOf(world, customerId), contactId);
  }
  const old = await standing(world, customerId);

  const { guest, back } = await killed(world, step, async () => {
    const visitor = await verifiedGuest(hub, customerId, link.address);
    return { guest: visitor, back: await consentOf(visitor, account) };
  });
  front.to(survivor.url);
  const then = await until('the database to know of it', async () => {
    const now = await standing(world, customerId);
    return (!isDone(step) || now.epochs[0] !== old.epochs[0]) && now;
  });
  const mine = platform.oauth.grants().filter(grant => grant.account === account);
  const [held] = await database.query<{ count: number }>(
    `select count(*)::int from authorization_sessions where customer_id = $1 and proposed is not null`,
    [customerId],
  );
  // Browsers offer to ask once more for what did not come.
  const { title: seen } = await guest.open(back);

  // Of a first connection nothing lives yet by the same consent, so what was left can be given back at once.
  if (purpose === 'connect') await sweep(world, customerId);
  const opened = await openAgain(world, { customerId, address: link.address, account });
  // Whatever the browser that was there still shows, it can do nothing any more.
  await guest.send('confirm');
  await sweep(world, customerId);

  const end = await standing(world, customerId);
  const later = platform.oauth.grants().filter(grant => grant.account === account);
  const who = (id: string | undefined): 'old' | 'killed' | 'later' | 'none' => {
    if (id === undefined) return 'none';
    if (id === old.livesBy) return 'old';
    return mine.some(grant => grant.id === id) ? 'killed' : 'later';
  };
  return {
    ...{ seen, link: opened, epochs: [then.epochs, end.epochs] },
    livesBy: [who(then.livesBy) as 'old' | 'killed' | 'none', who(end.livesBy)],
    granted: mine.filter(({ id }) => id !== old.livesBy).length,
    used: await usesOf(world, link.link.id),
    orphans: {
      held: held?.count ?? 0,
      revoked: later.filter(({ ended }) => ended === 'revoked').length,
      left: await leftOf(world, customerId),
    },
  };
}

interface UnderWay {
  readonly guest: GuestBrowser;
  /** Where the platform sends the browser. */
  readonly back: string;
}

/** Who was at the page is left in the middle. */
async function killed(world: SignInWorld, step: Step, begin: () => Promise<UnderWay>): Promise<UnderWay> {
  const fromOutside = step === 'platform acted' || isDone(step);
  const { child, url } = await world.startVictim(fromOutside ? undefined : step);
  const died = new Promise<void>(resolve => child.once('exit', () => resolve()));
  const kill = (): Promise<void> => {
    child.kill('SIGKILL');
    return died;
  };
  try {
    world.front.to(url);
    const underWay = await begin();
    if (step === 'platform acted')
      world.platform.oauth.onStep((when, { grantType }) =>
        when === 'acted' && grantType === 'authorization_code' ? kill() : undefined,
      );
    const { guest, back } = underWay;
    const came = await guest.open(back);
    const { status } = came.status === 200 ? await confirmAndDie(world, step, guest, kill) : came;
    if (status !== (step === 'confirmed' ? 303 : 502)) throw new Error(`Nobody was killed at ${step}.`);
    await died;
    return underWay;
  } finally {
    world.platform.oauth.onStep(undefined);
    child.kill('SIGKILL');
  }
}

async function confirmAndDie(
  world: SignInWorld,
  step: Step,
  guest: GuestBrowser,
  kill: () => Promise<void>,
): Promise<Response> {
  const commits = step === 'committing' ? await world.holdCommits() : undefined;
  const body = new URLSearchParams({ form: guest.formKey(), proposal: guest.proposal() });
  const answer = guest.ask(`${world.hub.url}/connect/confirm`, { method: 'POST', body });
  if (commits !== undefined) {
    await until('the COMMIT to arrive', commits.isWaiting);
    await kill();
    // The database has it, and carries it out.
    await commits.goOn();
  }
  const answered = await answer;
  if (step === 'confirmed') await kill();
  return answered;
}

/** From the page to the platform, where somebody says yes. @returns the way back, which is not gone */
async function consentOf(guest: GuestBrowser, account: string): Promise<string> {
  const away = await guest.send('sign-in', { method: '0' });
  const [, address = ''] = /<a class="button" href="([^"]+)"/.exec(away.text) ?? [];
  return (await playConsent(address.replaceAll('&amp;', '&'), { account })).href;
}

async function openAgain(
  world: SignInWorld,
  { customerId, address, account }: { readonly customerId: string; readonly address: string; readonly account: string },
): Promise<Verdict['link']> {
  const { status } = await new GuestBrowser(world.hub.url).open(address);
  if (status === 404) return 'used';
  await codesMayFollow(world, customerId);
  const guest = await verifiedGuest(world.hub, customerId, address);
  await guest.open(await consentOf(guest, account));
  const { title } = await guest.send('confirm');
  if (title !== 'Connected') throw new Error(`The link led to: ${guest.page.text}`);
  return 'finished';
}

/** What the next code waits for is time, and nothing else. */
function codesMayFollow({ database }: SignInWorld, customerId: string): Promise<unknown> {
  return database.query('update links set code_sent_at = null where customer_id = $1', [customerId]);
}

/** So is what the sweeper waits for. */
async function sweep(world: SignInWorld, customerId: string): Promise<void> {
  await world.database.query(
    `update authorization_sessions set expires_at = clock_timestamp() - interval '2 minutes'
     where customer_id = $1 and status in ('exchanging', 'proposed')`,
    [customerId],
  );
  await world.survivor.endSignIns();
  await until('what was left to be given back', async () => (await leftOf(world, customerId)) === 0);
}

async function leftOf({ database }: SignInWorld, customerId: string): Promise<number> {
  const left = await database.query(
    `select 1 from authorization_sessions
     where customer_id = $1 and (proposed is not null or status in ('exchanging', 'proposed'))`,
    [customerId],
  );
  return left.length;
}

async function connectionOf({ hub }: SignInWorld, customerId: string): Promise<string> {
  const document = 'query ($customerId: ID!) { connections(customerId: $customerId) { nodes { id } } }';
  return (await hub.ask(document, { customerId })).connections.nodes[0].id;
}

/** Shows the platform the token that the hub hands out now. */
async function standing({ database, survivor, platform }: SignInWorld, customerId: string): Promise<Standing> {
  const rows = await database.query<{ connection_id: string; epoch: number }>(
    'select connection_id, epoch from credentials where customer_id = $1',
    [customerId],
  );
  const epochs = rows.map(({ epoch }) => epoch);
  const [row] = rows;
  if (row === undefined) return { epochs, livesBy: undefined };
  const { tokens } = await survivor.take({ id: row.connection_id, customerId }, 1);
  const { state, grant } = await platform.oauth.look((tokens[0] ?? '').replace('Bearer ', ''));
  return { epochs, livesBy: state === 'live' ? grant?.id : undefined };
}

async function usesOf({ database }: SignInWorld, linkId: string): Promise<number> {
  const uses = await database.query(`select 1 from audit_entries where act = 'link.used' and target = $1`, [
    `link ${linkId}`,
  ]);
  return uses.length;
}
