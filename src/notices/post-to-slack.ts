import { PlatformError } from '../core/errors.js';
import type { Secret } from '../core/secret.js';
import type { House } from '../scope.js';

const timeoutMs = 15_000;
const maxBytes = 4_096;
/** Slack's words for a webhook that will never work again, or a message that it will never take. */
const wordOf = /^[a-z_]{3,40}$/;

/** Nobody has taken the message. */
export class NotTaken extends Error {
  readonly isFinal: boolean;
  readonly waitSeconds: number | undefined;

  constructor(
    message: string,
    { isFinal = false, waitSeconds }: { readonly isFinal?: boolean; readonly waitSeconds?: number } = {},
  ) {
    super(message);
    this.isFinal = isFinal;
    this.waitSeconds = waitSeconds;
  }
}

/**
 * Hands a message to Slack through the one way out. What Slack says is told by its number and one of its own words, for
 * the address is a secret.
 *
 * @throws NotTaken
 */
export async function postToSlack(
  { egress, slackUrl }: Pick<House, 'egress' | 'slackUrl'>,
  address: Secret<string>,
  body: string,
  signal: AbortSignal,
): Promise<void> {
  const { pathname, href } = new URL(address.reveal());
  const url = slackUrl === undefined ? href : new URL(pathname, slackUrl).href;
  const headers = { 'content-type': 'application/json', accept: 'text/plain' };
  const reply = await egress
    .request({ url, method: 'POST', headers, body, signal, timeoutMs, maxBytes })
    .catch((error: unknown) => {
      if (error instanceof PlatformError) throw new NotTaken('Slack did not answer; it is tried again.');
      throw error;
    });
  if (reply.status >= 200 && reply.status < 300) return;
  const text = reply.bytes.toString().trim();
  const said = wordOf.test(text) ? `${reply.status} ${text}` : `${reply.status}`;
  if (reply.status === 429) {
    const asked = Number(reply.headers['retry-after']);
    throw new NotTaken(`Slack asks to wait (${said}).`, { waitSeconds: asked > 0 && asked < 3_600 ? asked : 60 });
  }
  const isFinal = reply.status >= 300 && reply.status < 500;
  throw new NotTaken(
    isFinal ? `Slack refuses it for good (${said}).` : `Slack did not take it (${said}); it is tried again.`,
    {
      isFinal,
    },
  );
}
