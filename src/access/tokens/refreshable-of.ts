import type { OAuth2 } from '#connector';
import type { Keyring } from '../../core/ports.js';
import type { Secret } from '../../core/secret.js';
import type { App } from '../apps/find-app.js';
import type { Refreshable } from '../store-credential.js';
import { fingerprintOf, spentBy } from './fingerprint.js';
import type { Times } from './lifetimes.js';
import { leaseSecondsOf } from './lease-seconds.js';

interface Tokens {
  readonly method: OAuth2;
  readonly secret: Secret<Readonly<Record<string, string>>>;
  readonly times: Times;
  readonly app: Pick<App, 'id'> & { readonly clientId: string | null };
}

/** What stands in clear beside tokens that are kept fresh. */
export function refreshableOf(keyring: Keyring, { method, secret, times, app }: Tokens): Refreshable {
  const spent = spentBy(secret.reveal());
  const fingerprint = spent === undefined ? null : fingerprintOf(keyring, spent);
  return { ...times, appId: app.id, clientId: app.clientId, fingerprint, leaseSeconds: leaseSecondsOf(method) };
}

/** Times as they stand in JSON. */
export type TimesText = Readonly<Record<keyof Times, string | null>>;

export function textOf({ accessExpiresAt, refreshExpiresAt, refreshedAt, dueAt }: Times): TimesText {
  const text = (moment: Date | null): string | null => moment?.toISOString() ?? null;
  return {
    ...{ accessExpiresAt: text(accessExpiresAt), refreshExpiresAt: text(refreshExpiresAt) },
    ...{ refreshedAt: text(refreshedAt), dueAt: text(dueAt) },
  };
}

export function timesFrom(text: TimesText | null): Times {
  const at = (moment: string | null | undefined): Date | null => (moment == null ? null : new Date(moment));
  return {
    accessExpiresAt: at(text?.accessExpiresAt),
    refreshExpiresAt: at(text?.refreshExpiresAt),
    refreshedAt: at(text?.refreshedAt) ?? new Date(0),
    dueAt: at(text?.dueAt),
  };
}
