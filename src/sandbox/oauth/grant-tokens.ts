import type { GrantType, SimulatedGrant, TokenProblem } from '#connector';
import type { Grant, Pair } from './grants.js';
import type { Parameters } from './parameters.js';
import type { OAuthSide } from './side.js';
import { matchesChallenge } from './verifier.js';

/** A token request whose client is known. */
export interface TokenAsk {
  readonly clientId: string;
  readonly parameters: Parameters;
  /** Without a new refresh token, this once. */
  readonly asIs: boolean;
}

export type Granted =
  | { readonly outcome: 'issued' | 'repeated'; readonly grant: Grant; readonly pair: Pair }
  | { readonly outcome: 'refused'; readonly grant?: Grant | undefined; readonly problem: TokenProblem };

type Granting = (side: OAuthSide, ask: TokenAsk) => Granted;

/** What each kind of token request does. */
export const granting: Readonly<Record<GrantType, Granting>> = {
  authorization_code: exchangeCode,
  refresh_token: refresh,
  client_credentials: (side, { clientId }) => letIn(side, clientId, { account: side.account, person: 'admin' }),
  account_credentials: (side, { clientId, parameters }) =>
    parameters.account_id === side.account
      ? letIn(side, clientId, { account: side.account, person: 'admin' })
      : refused('invalid_request', 'Bad account_id'),
  'urn:ietf:params:oauth:grant-type:jwt-bearer': (side, { clientId, parameters }) => {
    const who = side.assertions.get(parameters.assertion ?? '');
    return who ? letIn(side, clientId, who) : refused('invalid_grant', 'The assertion is not valid');
  },
};

/** The parameter of each kind of request that is shown, and counted. */
export const shownIn: Readonly<Partial<Record<string, string>>> = {
  authorization_code: 'code',
  refresh_token: 'refresh_token',
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'assertion',
};

/** A code that is shown with a wrong address or verifier stays good: only its owner could use it up. */
function exchangeCode({ grants }: OAuthSide, { clientId, parameters, asIs }: TokenAsk): Granted {
  const code = grants.codeOf(parameters.code ?? '');
  if (!code || code.clientId !== clientId) return refused('invalid_grant', 'The code is not known');
  if (code.grant) {
    // Somebody else may hold what came of it (RFC 6749, 4.1.2).
    code.grant.ended ??= 'reuse';
    return { ...refused('invalid_grant', 'The code has been used before'), grant: code.grant };
  }
  if (grants.now() >= code.endsAt) return refused('invalid_grant', 'The code has expired');
  if (code.redirectUri !== undefined && parameters.redirect_uri !== code.redirectUri) {
    return refused('invalid_grant', 'redirect_uri is not the one that the code was made for');
  }
  if (code.challenge && !matchesChallenge(parameters.code_verifier ?? '', code.challenge)) {
    return refused('invalid_grant', 'code_verifier does not fit code_challenge');
  }
  const grant = grants.start(code);
  code.grant = grant;
  return { outcome: 'issued', grant, pair: grants.issue(grant, { renewable: !asIs }) };
}

function refresh({ grants }: OAuthSide, { clientId, parameters, asIs }: TokenAsk): Granted {
  if (!parameters.refresh_token) return refused('invalid_request', 'Missing parameter: refresh_token');
  const refreshed = grants.refresh(parameters.refresh_token, clientId, { asIs });
  if (refreshed.outcome !== 'refused') return refreshed;
  return { ...refused('invalid_grant', `Not refreshed: ${refreshed.why}`), grant: refreshed.grant };
}

/** For ways in that have nothing to refresh: the same secret lets in again. */
function letIn(
  { grants, definition: { scopes } }: OAuthSide,
  clientId: string,
  who: Omit<SimulatedGrant, 'scopes'>,
): Granted {
  const grant = grants.start({ clientId, ...who, scopes });
  return { outcome: 'issued', grant, pair: grants.issue(grant, { renewable: false }) };
}

function refused(error: TokenProblem['error'], description: string): Granted & { readonly outcome: 'refused' } {
  return { outcome: 'refused', problem: { error, description } };
}
