import type { Connector, Headers, OAuth2, SecretField, SecretForm } from '#connector';

/** How a simulator's account is opened by its secret. */
export interface Opening {
  readonly fields: readonly SecretField[];
  headers(secret: Readonly<Record<string, string>>): Headers;
}

/** The way in that the kit takes: the first by values. Where these bring a token, the kit plays its endpoint too. */
export function openingOf({ auth }: Pick<Connector, 'auth'>): Opening {
  const form = auth.find((method): method is SecretForm => method.kind === 'secret');
  if (form !== undefined) return form;
  const grant = auth.find((method): method is OAuth2 => method.kind === 'oauth2' && method.fields !== undefined);
  if (grant?.fields === undefined) throw new Error('The connector has no way in by values.');
  return {
    fields: grant.fields,
    headers(secret) {
      const token = ['token', ...Object.values(secret)].join('-');
      return grant.headers?.(token) ?? { authorization: `Bearer ${token}` };
    },
  };
}

/** Whether the values bring a token, which the platform looks up. */
export function bringsToken({ auth }: Pick<Connector, 'auth'>): boolean {
  return auth.every(({ kind }) => kind !== 'secret');
}
