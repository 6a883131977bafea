import { unlink, writeFile } from 'node:fs/promises';
import type { Connector, HubSetUp } from '#connector';
import { StartupProblem } from '../../core/startup-problem.js';
import { type GrantedSubscription, listSubscriptions, renew, subscribe, unsubscribe } from '../../engine/index.js';
import type { Bench } from './bench.js';
import { plain } from '../plain.js';
import type { PlatformWish, Tell } from './run-platform.js';

const now = () => new Date();

/** Shows, makes, renews and ends subscriptions to a platform's events. @returns the exit code */
export async function subscriptions(
  { connector, asker }: Bench,
  [act, what, ...more]: readonly string[],
  wish: PlatformWish,
  tell: Tell,
): Promise<number> {
  const setUp = connector.webhooks?.setUp;
  if (setUp?.by !== 'hub') throw new StartupProblem(setUpInWords(connector));
  const ask = asker.as('subscription');
  const inTheirWords = wordsFor(connector);
  if (act === undefined) {
    const found = await listSubscriptions(setUp, ask, now);
    tell(
      `${setUpInWords(connector)}\n${found?.map(inTheirWords).join('') ?? 'The platform does not tell which there are.\n'}`,
    );
  } else if (act === 'make' && what !== undefined && more.length === 0) {
    tell(inTheirWords(await make(setUp, ask, what, wish)));
  } else if (act === 'renew' && what !== undefined && more.length === 0) {
    const renewed = await renew(setUp, ask, what, now);
    tell(renewed === undefined ? 'It cannot be renewed, or is gone: make a new one.\n' : inTheirWords(renewed));
  } else if (act === 'end' && what !== undefined && more.length === 0) {
    await unsubscribe(setUp, ask, what);
    tell(`${what} has ended.\n`);
  } else throw new StartupProblem('Say make, renew or end, and what.');
  return 0;
}

/** The file is made first: a secret that a platform tells once must not be lost. */
async function make(
  setUp: HubSetUp,
  ask: Parameters<typeof subscribe>[1],
  url: string,
  { secretFile }: PlatformWish,
): Promise<GrantedSubscription> {
  if (URL.parse(url)?.protocol !== 'https:') throw new StartupProblem('The address must begin with https://.');
  if (setUp.secret === 'none') return subscribe(setUp, ask, url, now);
  if (secretFile === undefined) throw new StartupProblem('Name a new file for the secret: --secret-file <file>.');
  await writeFile(secretFile, '', { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    throw new StartupProblem(`--secret-file must name a file that is not there yet (${error.code}).`);
  });
  const made = await subscribe(setUp, ask, url, now).catch(async (error: unknown) => {
    await unlink(secretFile);
    throw error;
  });
  await writeFile(secretFile, made.secret?.reveal() ?? '');
  return made;
}

/** Who makes a platform send events, and how, in the words of its own screens. */
export function setUpInWords({ webhooks, manifest: { name } }: Connector): string {
  const setUp = webhooks?.setUp;
  if (setUp === undefined) return `${name} sends no events; it has to be asked.`;
  if (setUp.by === 'hub') return `By request. ${setUp.needs ?? ''}`.trim();
  const who =
    setUp.by === 'operator' ? 'Set up once, in the app of this hub' : 'Set up by an administrator of the customer';
  return [`${who}:`, ...setUp.steps.map((step, i) => `${i + 1}. ${step}`), `To be kept: ${setUp.secret}`].join('\n');
}

/** Where nothing is signed, the address is all that proves an event. */
function wordsFor({ webhooks }: Connector): (subscription: GrantedSubscription) => string {
  const isSecret = webhooks?.authenticity.kind === 'unguessable-url';
  return subscription => inWords(isSecret ? { ...subscription, url: undefined } : subscription);
}

function inWords({ id, url = 'an address that is not told', expiresAt, isBlocked }: GrantedSubscription): string {
  const end = expiresAt === undefined ? 'does not end' : `ends ${expiresAt.toISOString()}`;
  return `${plain(id)}  to ${plain(url)}, ${end}${isBlocked ? ', GIVEN UP by the platform' : ''}\n`;
}
