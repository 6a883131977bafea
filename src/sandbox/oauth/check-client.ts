import type { SimulatedOAuth } from '#connector';
import type { Parameters } from './parameters.js';

export interface ShownClient {
  readonly clientIn: 'basic' | 'body' | 'nowhere';
  /** Undefined when the client is not one that is known, or showed itself where it may not. */
  readonly clientId: string | undefined;
}

/** Who asks, by a Basic header or by the parameters, whichever the platform takes. */
export function checkClient(
  { token: { clientIn } }: SimulatedOAuth,
  clients: ReadonlyMap<string, string>,
  { authorization, parameters }: { readonly authorization: string | undefined; readonly parameters: Parameters },
): ShownClient {
  const basic = basicOf(authorization);
  const place = basic ? 'basic' : parameters.client_secret === undefined ? 'nowhere' : 'body';
  const shown = basic ?? { id: parameters.client_id ?? '', secret: parameters.client_secret ?? '' };
  const allowed = place !== 'nowhere' && clientIn.includes(place);
  const right = allowed && clients.get(shown.id) === shown.secret;
  const contradicts = parameters.client_id !== undefined && parameters.client_id !== shown.id;
  return { clientIn: place, clientId: right && !contradicts ? shown.id : undefined };
}

function basicOf(authorization: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [, id = '', secret = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return { id: formDecoded(id), secret: formDecoded(secret) };
}

/** Both parts are form-encoded before they are joined (RFC 6749, 2.3.1); clients that forget are understood too. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return text;
  }
}
