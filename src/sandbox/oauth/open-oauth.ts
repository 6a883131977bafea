import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { OAuthRules, SimulatedBearer, SimulatedGrant, SimulatedOAuth } from '#connector';
import { openAuthorize } from './authorize-endpoint.js';
import { type Grant, Grants } from './grants.js';
import type { MadeGrant, SandboxOAuth } from './oauth.js';
import { openRules, readRules, type RulesBook } from './read-rules.js';
import { answerRevoke } from './revoke-endpoint.js';
import type { OAuthSide } from './side.js';
import { answerToken } from './token-endpoint.js';
import { noOAuthFaults, readOAuthFaults, setOf } from './token-faults.js';
import { openTokenLedger } from './token-ledger.js';

export interface OpenedOAuth {
  readonly handles: SandboxOAuth;
  /** Who answers at this path; undefined when it is none of OAuth's. */
  listenerOf(path: string): RequestListener | undefined;
  /** What stands behind a bearer token. */
  look(token: string): SimulatedBearer;
}

export interface OAuthOptions {
  /** The sandbox's own account, which the consent page proposes. */
  readonly account: string;
  readonly redirectUris?: readonly string[] | undefined;
  readonly rules?: Partial<OAuthRules> | undefined;
}

/** Opens the OAuth side of a pretend platform. It answers at the paths that its definition names. */
export function openOAuth(definition: SimulatedOAuth, { account, redirectUris, rules }: OAuthOptions): OpenedOAuth {
  const clock = { shift: 0 };
  const book = openRules(readRules(rules ?? {}, definition.rules));
  const side: OAuthSide = {
    definition,
    account,
    clients: new Map([[definition.client.id, definition.client.secret]]),
    redirectUris: new Set(redirectUris),
    assertions: new Map(definition.assertion ? [[definition.assertion, { account, person: 'admin' }]] : []),
    ledger: openTokenLedger(),
    grants: new Grants(book.of, () => Date.now() + clock.shift),
    rulesFor: book.of,
    faults: noOAuthFaults,
    takeFault() {
      const [first, ...rest] = side.faults.next;
      if (first !== undefined) side.faults = { ...side.faults, next: rest };
      return setOf(first ?? side.faults.always);
    },
    onStep: undefined,
  };
  const listeners = listenersOf(side);
  return {
    handles: handlesOf(side, book, seconds => {
      clock.shift += seconds * 1000;
    }),
    listenerOf: path => (Object.hasOwn(listeners, path) ? listeners[path] : undefined),
    look: token => side.grants.look(token),
  };
}

function listenersOf(side: OAuthSide): Readonly<Record<string, RequestListener>> {
  const { authorize, token, revoke } = side.definition;
  const answerAuthorize = openAuthorize(side);
  const answers: Readonly<Record<string, (...args: Parameters<typeof answerAuthorize>) => Promise<void>>> = {
    [authorize.path]: answerAuthorize,
    [token.path]: (message, response) => answerToken(side, message, response),
    ...(revoke && {
      [revoke.path]: (message: Parameters<RequestListener>[0], response: Parameters<RequestListener>[1]) =>
        answerRevoke(side, message, response),
    }),
  };
  // Whoever asks may hang up at any moment; that is no matter to anybody else.
  const careful = Object.entries(answers).map(([path, answer]): [string, RequestListener] => [
    path,
    (message, response) => void answer(message, response).catch(() => response.destroy()),
  ]);
  return Object.fromEntries(careful);
}

function handlesOf(side: OAuthSide, book: RulesBook, elapse: (seconds: number) => void): SandboxOAuth {
  const { definition, grants, ledger } = side;
  const meant = (id: string | undefined): readonly Grant[] => {
    const found = grants.list().filter(grant => id === undefined || grant.id === id);
    if (id !== undefined && found.length === 0) throw new TypeError(`There is no grant called ${id}`);
    return found;
  };
  return {
    client: definition.client,
    paths: { authorize: definition.authorize.path, token: definition.token.path, revoke: definition.revoke?.path },
    allowRedirect: uri => void side.redirectUris.add(uri),
    setClient: (id, secret) => void side.clients.set(id, secret),
    rules: book.of,
    setRules: book.set,
    setFaults(given) {
      side.faults = readOAuthFaults(given, side.faults);
      return side.faults;
    },
    grants: () =>
      grants.list().map(({ id, clientId, account, person, scopes, ended }) => ({
        ...{ id, clientId, account, person, scopes, ended },
      })),
    makeCode: facts => grants.promise({ ...usualFacts(side), redirectUri: undefined, ...facts, challenge: undefined }),
    makeGrant: facts => makeGrant(side, facts),
    makeAssertion(account = side.account, person = 'admin') {
      const assertion = ['SANDBOX-JWT', account, randomBytes(24).toString('base64url')].map(inBase64).join('.');
      side.assertions.set(assertion, { account, person });
      return assertion;
    },
    revoke: id => grants.end('grant', meant(id)),
    expire: (kind, id) => grants.end(kind, meant(id)),
    elapse,
    ledger: () => ledger.entries(),
    resetLedger: () => ledger.reset(),
    onStep(listener) {
      side.onStep = listener;
    },
  };
}

/** Whoever may do all at the sandbox's own account, by the app that is registered. */
function usualFacts({ definition, account }: OAuthSide) {
  return { clientId: definition.client.id, account, person: 'admin', scopes: definition.scopes } as const;
}

function makeGrant(side: OAuthSide, facts: Partial<SimulatedGrant> = {}): MadeGrant {
  const { grants } = side;
  const grant = grants.start({ ...usualFacts(side), ...facts });
  const rules = side.rulesFor(grant.account);
  const { access, refresh = '' } = grants.issue(grant, { renewable: true });
  return {
    ...{ id: grant.id, accessToken: access, refreshToken: refresh },
    expiresIn: rules.toldAccessSeconds ?? rules.accessSeconds,
  };
}

function inBase64(text: string): string {
  return Buffer.from(text).toString('base64url');
}
