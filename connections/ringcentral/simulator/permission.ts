import type { SimulatedBearer, SimulatedReply, SimulatedRequest } from '#connector';
import { refusal } from './reply.js';

/** What the app must be allowed, and the user who stands behind it. */
const needed: Readonly<Record<string, { readonly app: string; readonly admin?: string }>> = {
  list: { app: 'ReadCallLog', admin: 'FullCompanyCallLog' },
  transcripts: { app: 'RingSense', admin: 'ReadRingSenseInsights' },
  extension: { app: 'ReadAccounts' },
  // Of the events that are asked for; a subscription by itself needs none.
  subscriptions: { app: 'CallControl' },
};

const tokens: Readonly<Record<Exclude<SimulatedBearer['state'], 'live'>, readonly [name: string, code: string]>> = {
  expired: ['TokenExpired', 'OAU-128'],
  revoked: ['TokenInvalid', 'OAU-129'],
  unknown: ['TokenInvalid', 'OAU-149'],
};

/** The refusal of whoever may not ask this; undefined lets them in. Ordinary users see nothing of the whole company. */
export function doorOf({ bearer }: SimulatedRequest, kind: string): SimulatedReply | undefined {
  if (bearer === undefined) {
    const message = 'Authorization header is not specified';
    return refusal(kind, { status: 401, name: 'AgwUnauthorized', code: 'AGW-401', message });
  }
  if (bearer.state !== 'live') {
    const [name, code] = tokens[bearer.state];
    return refusal(kind, { status: 401, name, code, message: `Access token is ${bearer.state}` });
  }
  const { app = '', admin } = needed[kind] ?? {};
  if (!bearer.grant.scopes.includes(app)) return forbidden(kind, 'CMN-401', `application needs to have [${app}]`, app);
  if (admin !== undefined && bearer.grant.person !== 'admin')
    return forbidden(kind, 'CMN-408', `user needs to have [${admin}]`, admin);
  return undefined;
}

function forbidden(kind: string, code: string, who: string, permissionName: string): SimulatedReply {
  const message = `In order to call this API endpoint, ${who} permission`;
  return refusal(kind, { status: 403, name: 'InsufficientPermissions', code, message, more: { permissionName } });
}
