import type { Connector, OAuth2 } from '#connector';
import { CallerError } from '../../core/errors.js';

/** A way in that leads through the platform's own pages: the named one, or the best. @throws CallerError INVALID_INPUT */
export function signInMethod(connector: Connector, label: string | undefined): OAuth2 {
  const ways = connector.auth
    .filter(way => way.kind === 'oauth2')
    .filter(({ grant }) => grant === 'authorization_code');
  const found = label === undefined ? ways[0] : ways.find(way => way.label === label);
  if (found !== undefined) return found;
  throw new CallerError('INVALID_INPUT', `${connector.manifest.name} offers no such way to sign in.`, {
    field: label === undefined ? 'input.platform' : 'input.method',
    remedy:
      ways.length === 0
        ? 'Connect the account with a key; `platforms { authMethods }` lists what it asks for.'
        : `Use one of these: ${ways.map(way => way.label).join(', ')}.`,
  });
}

/** Nobody signs in: what was entered brings tokens again and again, and nothing rotates. */
export function isUnattended({ grant }: Pick<OAuth2, 'grant'>): boolean {
  return grant !== 'authorization_code';
}

/** @throws CallerError INVALID_INPUT for a platform where an app is of no use */
export function requireOAuth(connector: Connector): void {
  if (connector.auth.some(way => way.kind === 'oauth2')) return;
  throw new CallerError('INVALID_INPUT', `${connector.manifest.name} knows no apps.`, {
    field: 'input.platform',
    remedy: 'Connect accounts with a key; `platforms { authMethods }` lists what it asks for.',
  });
}

/** The method that a credential came by; undefined when the platform has it no more. */
export function methodNamed(connector: Connector, label: string): OAuth2 | undefined {
  return connector.auth.filter(way => way.kind === 'oauth2').find(way => way.label === label);
}

export function tokenHeaders({ headers }: OAuth2, accessToken: string): Readonly<Record<string, string>> {
  return headers?.(accessToken) ?? { authorization: `Bearer ${accessToken}` };
}
