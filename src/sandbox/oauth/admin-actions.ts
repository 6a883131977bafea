import type { Person } from '#connector';
import type { MadeGrant, SandboxOAuth } from './oauth.js';

interface Holder {
  readonly oauth: SandboxOAuth | undefined;
}
type OAuthAction = (oauth: SandboxOAuth, body: Readonly<Record<string, unknown>>) => unknown;

const actions: Readonly<Record<string, OAuthAction>> = {
  'GET /oauth': oauth => ({ paths: oauth.paths, rules: oauth.rules(), grants: oauth.grants() }),
  'GET /oauth/ledger': oauth => oauth.ledger(),
  'POST /oauth/redirects': (oauth, { uri }) => void oauth.allowRedirect(textOf(uri, 'uri')),
  'POST /oauth/rules': (oauth, { account, ...rules }) => oauth.setRules(rules, account as string | undefined),
  'POST /oauth/faults': (oauth, body) => oauth.setFaults(body),
  'POST /oauth/grants': (oauth, body): MadeGrant => oauth.makeGrant(body),
  'POST /oauth/assertions': (oauth, { account, person }) => ({
    assertion: oauth.makeAssertion(account as string | undefined, person as Person | undefined),
  }),
  'POST /oauth/revoke': (oauth, { grant }) => void oauth.revoke(grant as string | undefined),
  'POST /oauth/expire': (oauth, { kind = 'access', grant }) => {
    if (kind !== 'access' && kind !== 'refresh') throw new TypeError('kind is access or refresh');
    oauth.expire(kind, grant as string | undefined);
  },
  'POST /oauth/elapse': (oauth, { seconds }) => {
    if (typeof seconds !== 'number') throw new TypeError('seconds is a number');
    oauth.elapse(seconds);
  },
  'POST /oauth/reset-ledger': oauth => void oauth.resetLedger(),
};

/** What the admin port can do with the OAuth side, by method and path. */
export const oauthActions: Readonly<Record<string, (of: Holder, url: URL, body: unknown) => unknown>> =
  Object.fromEntries(
    Object.entries(actions).map(([name, action]) => [
      name,
      ({ oauth }: Holder, _: URL, body: unknown) => {
        if (!oauth) throw new TypeError('This platform knows no OAuth');
        return action(oauth, (body ?? {}) as Readonly<Record<string, unknown>>) ?? { done: true };
      },
    ]),
  );

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name} is missing`);
  return value;
}
