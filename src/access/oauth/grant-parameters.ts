import type { OAuth2 } from '#connector';
import { isOfClient } from './client-for.js';

const names = {
  authorization_code: 'authorization_code',
  client_credentials: 'client_credentials',
  account_credentials: 'account_credentials',
  jwt_bearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
} as const satisfies Record<OAuth2['grant'], string>;

/** What a grant says to the token endpoint, beside who we are. `values`: what was entered, or what a sign-in brought. */
export function grantParameters(
  { grant, scopes, fields }: OAuth2,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (fields === undefined) return { grant_type: names[grant], ...values };
  const entered = Object.fromEntries(
    fields.filter(({ name }) => !isOfClient(name)).map(({ name }) => [name, values[name] ?? '']),
  );
  return { grant_type: names[grant], ...entered, ...(scopes.length > 0 && { scope: scopes.join(' ') }) };
}
