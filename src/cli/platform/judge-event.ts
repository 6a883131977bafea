import { readFile } from 'node:fs/promises';
import type { Connector, Headers } from '#connector';
import { Secret } from '../../core/secret.js';
import { StartupProblem } from '../../core/startup-problem.js';
import { type Received, receiveEvent, type RefusalReason } from '../../engine/index.js';
import { checkName, type Environment, readValue } from './from-environment.js';
import type { PlatformWish, Tell } from './run-platform.js';
import { jsonText } from '../plain.js';

const refusals: Readonly<Record<RefusalReason, string>> = {
  'no-secret': 'There is nothing to verify it by.',
  'unusable-secret': 'What should verify it is no secret or key of this platform.',
  'too-large': 'It is larger than any event.',
  'header-missing': 'A header is missing that proves where it comes from.',
  'header-malformed': 'A header that proves where it comes from has not the form that the platform uses.',
  stale: 'It was signed more than five minutes ago, or has ended; --at says when it arrived.',
  early: 'It was signed more than five minutes in the future: one of the clocks is wrong.',
  'wrong-algorithm': 'It is signed in another way than this platform signs.',
  'wrong-signature': 'Its signature does not fit its content and the secret.',
  'wrong-token': 'Its token is not the one that the platform was given.',
  'wrong-target': 'It was signed for another address.',
  'wrong-body': 'It was signed for another body; every byte counts.',
  'wrong-address': 'It arrived at another address than the one that the platform was given.',
  'challenge-malformed': 'What it asks us to sign or repeat is in no challenge of this platform.',
};

/** Judges a request that was kept, as if it arrived now or at `--at`. @returns the exit code */
export async function judgeEvent(
  connector: Connector,
  env: Environment,
  wish: PlatformWish,
  tell: Tell,
): Promise<number> {
  const { webhooks, manifest } = connector;
  if (webhooks === undefined) throw new StartupProblem(`${manifest.name} sends no events; it has to be asked.`);
  const { url, headers, body, at } = wish;
  if (url === undefined || headers === undefined || body === undefined)
    throw new StartupProblem('Say --url, --headers and --body.');
  const now = at === undefined ? new Date() : new Date(at);
  if (Number.isNaN(now.getTime())) throw new StartupProblem('--at must be a time such as 2026-03-02T10:00:00Z.');
  const secret = readValue(env, checkName(manifest.id, 'webhookSecret'));
  const received = receiveEvent(
    webhooks,
    { url, headers: headersIn((await read(headers)).toString('utf8')), body: await read(body) },
    { url, secrets: secret === undefined ? [] : [new Secret(secret)], awaitsChallenge: true },
    now,
  );
  tell(wish.json ? `${jsonText(received, 2)}\n` : inWords(received));
  return received.kind === 'refused' ? 1 : 0;
}

function inWords(received: Received): string {
  if (received.kind === 'refused') return `Refused: ${refusals[received.reason]}\n`;
  if (received.kind === 'challenge')
    return 'A challenge, which the hub would answer while a subscription is being made.\n';
  const { look, proves } = received;
  const leads = [
    ...look.windows.map(({ from, to }) => `calls that started from ${from} to ${to}`),
    ...(look.isRecent ? ['all that is recent'] : []),
    ...(look.subscriptionEnds ? ['the subscription, which is about to end'] : []),
    ...(look.accessRevoked ? ['the credential, which may have been taken away'] : []),
  ];
  const proof =
    proves === 'content'
      ? 'Genuine, with all that it says'
      : 'Sent by somebody who knows what only the platform should know';
  return `${proof}. It leads to a look at ${leads.join(', ') || 'nothing'}.\n`;
}

function headersIn(text: string): Headers {
  const pairs = text.split(/\r?\n/).flatMap(line => {
    const [, name, value] = /^([^:\s]+):\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  return Object.fromEntries(pairs);
}

async function read(file: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new StartupProblem(`A file that was named cannot be read (${error.code}).`);
  });
}
