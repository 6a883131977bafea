import type { Connector, SecretForm } from '#connector';

/** The way in that the kit takes: a simulator's account opens by its secret. */
export function secretFormOf({ auth }: Pick<Connector, 'auth'>): SecretForm {
  const form = auth.find(method => method.kind === 'secret');
  if (form === undefined) throw new Error('The connector has no way in by secret values.');
  return form;
}
