import { CallerError } from '../core/errors.js';

const path = /^\/services\/[A-Z0-9]{6,20}\/[A-Z0-9]{6,20}\/[A-Za-z0-9]{10,64}$/;
const hosts: ReadonlySet<string> = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);

/** The address of an incoming webhook of Slack, and of nobody else. @throws CallerError INVALID_INPUT that does not repeat it */
export function checkSlackAddress(address: string): string {
  const url = URL.canParse(address.trim()) ? new URL(address.trim()) : undefined;
  const isSlacks =
    url?.protocol === 'https:' &&
    hosts.has(url.hostname) &&
    url.port === '' &&
    path.test(url.pathname) &&
    [url.username, url.password, url.search, url.hash].every(part => part === '');
  if (url !== undefined && isSlacks) return url.href;
  throw new CallerError('INVALID_INPUT', '`input.address` is not the address of an incoming webhook of Slack.', {
    field: 'input.address',
    remedy:
      'Add "Incoming Webhooks" to an app at api.slack.com/apps, choose the channel, and copy the Webhook URL, which begins with https://hooks.slack.com/services/, or https://hooks.slack-gov.com/services/ for GovSlack.',
  });
}
