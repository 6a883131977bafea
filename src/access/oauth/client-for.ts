import { Secret } from '../../core/secret.js';
import type { House } from '../../scope.js';
import { type App, findApp, type Wanted } from '../apps/find-app.js';

/** Values of these names are an app of the customer's own, which came with the credential. */
const [idName, secretName] = ['client_id', 'client_secret'] as const;

/** Whether whoever enters these fields brings an app of their own. */
export function bringsClient(fields: readonly { readonly name: string }[]): boolean {
  return [idName, secretName].every(name => fields.some(field => field.name === name));
}

export function isOfClient(name: string): boolean {
  return name === idName || name === secretName;
}

/** Who we are at a platform: the app that came with the credential, else one of the platform's apps. Undefined: there is none. */
export async function clientFor(
  house: Pick<House, 'sql' | 'keyring' | 'platformApps'>,
  platform: string,
  wanted: Wanted,
  secret: Readonly<Record<string, string>>,
): Promise<App | undefined> {
  return clientOf(secret) ?? findApp(house, platform, wanted);
}

/** The app that came with a credential. */
export function clientOf(secret: Readonly<Record<string, string>>): App | undefined {
  const { [idName]: clientId, [secretName]: clientSecret } = secret;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  return { id: null, clientId, clientSecret: new Secret(clientSecret) };
}
