import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { GrantType, ParameterPlace, TokenProblem } from '#connector';
import { checkClient } from './check-client.js';
import { fingerprintOf } from './fingerprint.js';
import { type Granted, granting, shownIn } from './grant-tokens.js';
import { type Parameters, type PlacedParameters, readParameters } from './parameters.js';
import type { OAuthSide } from './side.js';
import { replacementOf, spoil } from './spoil.js';
import type { TokenFaultSet } from './token-faults.js';
import type { TokenLedger } from './token-ledger.js';
import { sendHalf, sendReply, type TokenReply } from './token-reply.js';

type Entry = ReturnType<TokenLedger['arrived']>;

/** Answers one token request: read it, go wrong if so told, act, go wrong if so told, answer. */
export async function answerToken(side: OAuthSide, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const entry = side.ledger.arrived();
  response.once('close', () => {
    entry.delivered = response.writableFinished;
  });
  const placed = await readParameters(message);
  const asked = askedOf(side, placed);
  entry.grantType = asked.grantType ?? '';
  const shown = asked.parameters[shownIn[entry.grantType] ?? ''];
  if (shown) {
    side.ledger.shown(entry, fingerprintOf(shown));
    entry.grant = side.grants.grantOf(shown)?.id;
  }
  const fault = side.takeFault();
  if (fault.fault !== 'none') entry.fault = fault.fault;

  await side.onStep?.('arrived', entry);
  if (fault.fault === 'slow' && !fault.acted) await pause((fault.seconds ?? 1) * 1000, undefined, { ref: false });
  const replacement = replacementOf(fault);
  if (!fault.acted && (replacement || fault.fault === 'cut')) {
    entry.outcome = 'nothing';
    return answer(response, entry, fault, replacement);
  }
  const reply = act(side, { entry, asked, authorization: message.headers.authorization, fault });
  await side.onStep?.('acted', entry);
  if (fault.fault === 'slow' && fault.acted) await pause((fault.seconds ?? 1) * 1000, undefined, { ref: false });
  answer(response, entry, fault, replacement ?? spoil(reply, fault));
}

function answer(response: ServerResponse, entry: Entry, { fault }: TokenFaultSet, reply: TokenReply | undefined): void {
  if (reply === undefined || fault === 'cut') return void response.destroy();
  if (response.destroyed) return;
  if (fault === 'cut-body') return sendHalf(response, reply);
  entry.status = reply.status;
  sendReply(response, reply);
}

interface Asked {
  /** Undefined when it was not where it has to be, or is none that the platform answers. */
  readonly grantType: GrantType | undefined;
  readonly parameters: Parameters;
  readonly problem: TokenProblem | undefined;
}

/** Looks for the parameters where the platform looks for them, and nowhere else. */
function askedOf({ definition: { token } }: OAuthSide, placed: PlacedParameters): Asked {
  const offered = Object.entries(token.grants) as [GrantType, readonly ParameterPlace[]][];
  for (const [grantType, places] of offered) {
    const place = places.find(name => placed[name].grant_type === grantType);
    if (place) return { grantType, parameters: placed[place], problem: undefined };
  }
  const looked = new Set(offered.flatMap(([, places]) => places));
  const named = [...looked].map(place => placed[place].grant_type).find(Boolean);
  const wrongPlace = named !== undefined && Object.hasOwn(token.grants, named);
  const problem: TokenProblem =
    named === undefined || wrongPlace
      ? { error: 'invalid_request', description: 'Missing parameter: grant_type' }
      : { error: 'unsupported_grant_type', description: 'The grant_type is not supported' };
  return { grantType: undefined, parameters: {}, problem };
}

interface Acting {
  readonly entry: Entry;
  readonly asked: Asked;
  readonly authorization: string | undefined;
  readonly fault: TokenFaultSet;
}

function act(side: OAuthSide, { entry, asked, authorization, fault }: Acting): TokenReply {
  const { grantType, parameters, problem } = asked;
  const { clientIn, clientId } = checkClient(side.definition, side.clients, { authorization, parameters });
  entry.clientIn = clientIn;
  if (clientId === undefined) {
    return refusal(side, entry, { error: 'invalid_client', description: 'Client authentication failed' });
  }
  if (grantType === undefined) return refusal(side, entry, problem ?? unsaid);
  const granted = granting[grantType](side, { clientId, parameters, asIs: fault.fault === 'no-refresh-token' });
  entry.grant ??= granted.grant?.id;
  return granted.outcome === 'refused' ? refusal(side, entry, granted.problem) : success(side, entry, granted);
}

const unsaid: TokenProblem = { error: 'invalid_request', description: 'The request is not understood' };

function refusal({ definition: { token } }: OAuthSide, entry: Entry, problem: TokenProblem): TokenReply {
  entry.outcome = 'refused';
  entry.error = problem.error;
  const unknownClient = problem.error === 'invalid_client';
  return {
    status: unknownClient ? 401 : 400,
    ...(unknownClient &&
      token.clientIn.includes('basic') && { headers: { 'www-authenticate': 'Basic realm="token"' } }),
    body: token.refusal?.(problem) ?? { error: problem.error, error_description: problem.description },
  };
}

function success(
  { definition, rulesFor, grants }: OAuthSide,
  entry: Entry,
  { outcome, grant, pair }: Exclude<Granted, { outcome: 'refused' }>,
): TokenReply {
  const { access, refresh } = pair;
  const rules = rulesFor(grant.account);
  const left = Math.max(0, Math.round((pair.accessEndsAt - grants.now()) / 1000));
  const life = outcome === 'issued' ? rules.accessSeconds : left;
  entry.outcome = outcome;
  entry.gave = { access: fingerprintOf(access), refresh: refresh && fingerprintOf(refresh) };
  return {
    status: 200,
    body: {
      access_token: access,
      token_type: 'Bearer',
      expires_in: rules.toldAccessSeconds ?? life,
      ...(refresh && { refresh_token: refresh }),
      ...(grant.scopes.length > 0 && { scope: grant.scopes.join(' ') }),
      ...definition.token.extras?.({ ...grant, rules, renewable: refresh !== undefined }),
    },
  };
}
