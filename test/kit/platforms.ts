import { readdirSync, readFileSync } from 'node:fs';
import type { AuthMethod, Connector, SimulatorDefinition, Window } from '#connector';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { loadSubjects } from '../conformance/load.js';
import { playConsent } from './consent.js';
import type { TestHub } from './hub.js';
import { beginSignIn, comeBack, confirmSignIn, newCustomer } from './sign-in.js';

/** A platform that can be imported from, and every way into its pretend account. */
export interface Played {
  readonly id: string;
  readonly connector: Connector;
  readonly simulator: SimulatorDefinition;
  readonly ways: readonly Way[];
}

/** One way in, by its label. Signing in needs the test's own resolver and a hub that is told where to send people. */
export interface Way {
  readonly label: string;
  /** `entered`: a grant whose values are entered, and bring tokens. */
  readonly kind: 'secret' | 'entered' | 'oauth2';
  /** @param account whose, for those who sign in or bring an assertion; default: the sandbox's own. */
  connect(hub: Pick<TestHub, 'ask' | 'url'>, sandbox: PlatformSandbox, account?: string): Promise<Connected>;
}
export interface Connected {
  readonly customerId: string;
  readonly connectionId: string;
}

/** Every platform of which there is a simulator. */
export async function playedPlatforms(): Promise<readonly Played[]> {
  const subjects = await loadSubjects();
  return subjects.map(({ folder, connector, simulator }) => ({
    ...{ id: folder, connector, simulator },
    ways: connector.auth.map(method => {
      const { fields } = method;
      return fields === undefined
        ? signInWay(folder, method.label)
        : secretWay(folder, simulator, { ...method, fields });
    }),
  }));
}

function secretWay(
  platform: string,
  simulator: SimulatorDefinition,
  {
    label,
    kind,
    fields,
  }: Pick<AuthMethod, 'label' | 'kind'> & { readonly fields: readonly { readonly name: string }[] },
): Way {
  const values = Object.assign({}, ...(simulator.otherSecrets ?? []), simulator.secret) as Record<string, string>;
  return {
    ...{ label, kind: kind === 'secret' ? kind : 'entered' },
    async connect(hub, sandbox, account) {
      const other = account === undefined ? undefined : { assertion: sandbox.oauth?.makeAssertion(account) };
      const secret = fields.map(({ name }) => ({ name, value: { ...values, ...other }[name] ?? '' }));
      const customerId = await newCustomer(hub);
      const { connectWithSecret } = await hub.ask(
        `mutation ($customerId: ID!, $platform: ID!, $secret: [SecretValueInput!]!) {
          connectWithSecret(input: { customerId: $customerId, platform: $platform, secret: $secret }) { id }
        }`,
        { customerId, platform, secret },
      );
      return { customerId, connectionId: connectWithSecret.id };
    },
  };
}

function signInWay(platform: string, label: string): Way {
  return {
    ...{ label, kind: 'oauth2' },
    async connect(hub, sandbox, account) {
      const customerId = await newCustomer(hub);
      sandbox.oauth?.allowRedirect(`${hub.url}/oauth/callback/${platform}`);
      const begun = await beginSignIn(hub, customerId, { platform });
      const back = await playConsent(begun.url.href, account === undefined ? {} : { account });
      await comeBack(hub, back.searchParams, { browser: begun.browser, path: platform });
      return { customerId, connectionId: await confirmSignIn(hub, begun) };
    },
  };
}

export interface PlatformSandbox extends Sandbox {
  /** What the hub's environment needs so that it takes this sandbox for the platform. */
  readonly env: Readonly<Record<string, string>>;
  readonly window: { readonly from: string; readonly to: string };
}

const usual = { seed: 1, calls: 60, from: '2026-01-05T00:00:00Z', to: '2026-01-19T00:00:00Z' } as const;

/** A sandbox of the platform on free ports, with its published limits unless told otherwise. */
export async function startPlatformSandbox(
  { id, connector, simulator }: Pick<Played, 'id' | 'connector' | 'simulator'>,
  options: Partial<Omit<SandboxOptions, 'platform'>> = {},
): Promise<PlatformSandbox> {
  const asked = { ...usual, ...options };
  const all = { ...asked, ...withinReach(connector, asked), platform: simulator };
  const sandbox = await startSandbox(all);
  const name = `PLATFORM_${id.toUpperCase().replaceAll('-', '_')}`;
  const { url, oauth } = sandbox;
  return {
    ...sandbox,
    window: { from: all.from, to: all.to },
    env: {
      [`${name}_API_URL`]: url,
      ...(simulator.hasFiles && { [`${name}_MEDIA_URL`]: url }),
      PATCHBAY_EGRESS_ALLOW: '127.0.0.1',
      ...(oauth && {
        ...{ [`${name}_AUTH_URL`]: url, [`${name}_TOKEN_URL`]: url },
        ...{ [`${name}_CLIENT_ID`]: oauth.client.id, [`${name}_CLIENT_SECRET`]: oauth.client.secret },
      }),
    },
  };
}

/** The same stretch of time, ending yesterday, where the platform does not reach back as far as to it. */
function withinReach({ calls }: Connector, { from, to }: { readonly from: string; readonly to: string }): Window {
  const day = 86_400_000;
  const today = Math.floor(Date.now() / day) * day;
  if (today - Date.parse(from) < (calls.reachesBackDays ?? Number.POSITIVE_INFINITY) * day) return { from, to };
  const later = today - day - Date.parse(to);
  const [start, end] = [from, to].map(moment => new Date(Date.parse(moment) + later).toISOString());
  return { from: start as string, to: end as string };
}

/** Lines of code of a platform's folder without its simulator: neither blank nor comment. */
export function linesOf(id: string): number {
  const folder = new URL(`../../connections/${id}/`, import.meta.url);
  const text = readdirSync(folder)
    .filter(file => file.endsWith('.ts') && file !== 'simulator.ts')
    .map(file => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
  return text.split('\n').filter(line => !/^\s*($|\/\/|\/?\*)/.test(line)).length;
}
