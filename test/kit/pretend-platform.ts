import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OAuthRules, SimulatedOAuth } from '#connector';
import { connectorSource } from '../catalog/made-up-platforms.js';
import { type ServedOAuth, serveOAuth } from './oauth-side.js';
import { pretend } from './pretend-oauth.js';

/** A platform that does not exist, with every kind of way in, served by the sandbox's OAuth side. */
export interface PretendPlatform {
  readonly id: 'pretend';
  /** For `HubOptions.platformFolders`. */
  readonly folder: URL;
  /** What the hub's environment needs. */
  readonly env: Readonly<Record<string, string>>;
  readonly oauth: ServedOAuth;
  /** The values that each way in without a sign-in asks for, by its label. */
  readonly entered: Readonly<Record<'Server-to-server app' | 'Client credentials' | 'Assertion', Values>>;
  /** Called when the API is asked with a token, before that is looked at; a promise holds it up. */
  onLook: (() => void | Promise<void>) | undefined;
  /** A status in place of the answer to a revocation. */
  onRevoke: (() => number | undefined) | undefined;
  close(): Promise<void>;
}
type Values = Readonly<Record<string, string>>;

const own = { client_id: 'own-client', client_secret: 'own-client-secret-canary' };

const common = {
  ...{ kind: 'oauth2', tokenUrl: 'https://api.example.test/token', scopes: ['calls'], clientAuth: 'basic' },
  ...{
    tokenBody: 'form',
    pkce: false,
    rotation: 'none',
    lifetimes: { accessSeconds: 3_600 },
    remedy: 'Check it there.',
  },
};
const revokable = { revokeUrl: 'https://api.example.test/revoke' };
const fields = (...names: string[]) => names.map(name => ({ name, label: `The ${name}` }));
const ways = [
  {
    ...{ ...common, ...revokable, label: 'Sign in', grant: 'authorization_code', rotation: 'single-use', pkce: true },
    authorizeUrl: 'https://api.example.test/authorize',
  },
  {
    ...{ ...common, ...revokable, label: 'Server-to-server app', grant: 'account_credentials' },
    fields: fields('account_id', 'client_id', 'client_secret'),
  },
  {
    ...{ ...common, label: 'Client credentials', grant: 'client_credentials' },
    fields: fields('client_id', 'client_secret'),
  },
  { ...{ ...common, ...revokable, label: 'Assertion', grant: 'jwt_bearer' }, fields: fields('assertion') },
];

const source = connectorSource(
  'pretend',
  `connector.auth = ${JSON.stringify(ways)};
   connector.check = async ask => {
     const { grant } = await ask.send({ path: '/me' });
     return { id: grant.account, name: 'Account ' + grant.account };
   };`,
);

export async function startPretendPlatform(
  changes: Partial<SimulatedOAuth> = {},
  rules?: Partial<OAuthRules>,
): Promise<PretendPlatform> {
  const definition = pretend({
    token: {
      path: '/token',
      clientIn: ['basic', 'body'],
      grants: {
        ...{ authorization_code: ['form'], refresh_token: ['form'], client_credentials: ['form'] },
        ...{ account_credentials: ['form'], 'urn:ietf:params:oauth:grant-type:jwt-bearer': ['form'] },
      },
    },
    ...changes,
  });
  const oauth: ServedOAuth = await serveOAuth(definition, {
    ...{ rules, onLook: () => platform.onLook?.(), onRevoke: () => platform.onRevoke?.() },
  });
  oauth.setClient(own.client_id, own.client_secret);
  const directory = await mkdtemp(path.join(tmpdir(), 'pretend-'));
  await mkdir(path.join(directory, 'pretend'));
  await writeFile(path.join(directory, 'pretend', 'connector.js'), source);
  const platform: PretendPlatform = {
    id: 'pretend',
    folder: pathToFileURL(directory),
    env: {
      ...{ PLATFORM_PRETEND_API_URL: oauth.url, PLATFORM_PRETEND_AUTH_URL: oauth.url },
      ...{ PLATFORM_PRETEND_TOKEN_URL: oauth.url, PATCHBAY_EGRESS_ALLOW: '127.0.0.1' },
      PLATFORM_PRETEND_CLIENT_ID: oauth.client.id,
      PLATFORM_PRETEND_CLIENT_SECRET: oauth.client.secret,
    },
    oauth,
    entered: {
      'Server-to-server app': { account_id: 'acme', ...own },
      'Client credentials': own,
      Assertion: { assertion: oauth.makeAssertion() },
    },
    ...{ onLook: undefined, onRevoke: undefined },
    async close() {
      await oauth.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return platform;
}

/** Values of a form as GraphQL takes them. */
export function asSecret(values: Values): { readonly name: string; readonly value: string }[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
