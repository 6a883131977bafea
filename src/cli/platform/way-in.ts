import type { AuthMethod, Connector, Headers, OAuth2 } from '#connector';
import { tokenHeaders, clientOf, endpointFor, grantParameters, learnedFrom } from '../../access/index.js';
import type { Config } from '../../config.js';
import { StartupProblem } from '../../core/startup-problem.js';
import type { Clock } from '../../core/ports.js';
import { Secret } from '../../core/secret.js';
import { openOAuth } from '../../infra/oauth.js';
import type { OpenEgress } from '../../infra/egress.js';
import { checkName, type Environment, readValue } from './from-environment.js';

export interface Opened {
  readonly method: AuthMethod;
  readonly headers: Secret<Headers>;
  readonly settings: Readonly<Record<string, string>>;
}

export interface Means {
  readonly config: Config;
  readonly egress: OpenEgress;
  readonly clock: Clock;
}

/**
 * Opens the account by the first way in whose values are all set.
 * @throws StartupProblem that names the variables of every way, or says why no token was granted.
 */
export async function openWayIn(connector: Connector, env: Environment, means: Means): Promise<Opened> {
  for (const method of connector.auth) {
    const values = Object.fromEntries(
      namesOf(connector, method).map(([value, name]) => [value, readValue(env, name)] as const),
    );
    if (!hasAll(values)) continue;
    if (method.kind === 'secret') return { method, headers: new Secret(method.headers(values)), settings: {} };
    if (method.fields !== undefined) return byGrant(connector, method, values, means);
    return { method, headers: new Secret(tokenHeaders(method, values['accessToken'] ?? '')), settings: {} };
  }
  const ways = connector.auth.map(
    method =>
      `  ${method.label}: ${namesOf(connector, method)
        .map(([, name]) => name)
        .join(', ')}`,
  );
  throw new StartupProblem(
    [
      `Set what opens an account at ${connector.manifest.name}; each may be the path of a file, with _FILE behind its name:`,
      ...ways,
    ].join('\n'),
  );
}

/** What is asked for, and the variable that holds it. A sign-in is not repeated here: it would end the one of the hub. */
function namesOf({ manifest }: Connector, { fields }: AuthMethod): readonly (readonly [value: string, name: string])[] {
  const values = fields?.map(({ name }) => name) ?? ['accessToken'];
  return values.map(value => [value, checkName(manifest.id, value)]);
}

function hasAll(values: Readonly<Record<string, string | undefined>>): values is Readonly<Record<string, string>> {
  return Object.values(values).every(value => value !== undefined);
}

async function byGrant(
  connector: Connector,
  method: OAuth2,
  values: Readonly<Record<string, string>>,
  { config, egress, clock }: Means,
): Promise<Opened> {
  const app = clientOf(values) ?? config.platformApps.get(connector.manifest.id);
  if (app === undefined) throw new StartupProblem(`${method.label} needs an app: set its client id and client secret.`);
  const oauth = openOAuth({ egress, agent: egress.agentFor, clock });
  const endpoint = endpointFor(config, connector, method, { id: null, ...app });
  const outcome = await oauth.grant(endpoint, new Secret(grantParameters(method, values)));
  if (outcome.kind !== 'granted')
    throw new StartupProblem(`${connector.manifest.name} grants no token (${outcome.kind}). ${method.remedy}`);
  return {
    method,
    headers: new Secret(tokenHeaders(method, outcome.accessToken.reveal())),
    settings: learnedFrom(connector, method, outcome.reply),
  };
}
