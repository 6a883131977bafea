import gong from '../../connections/gong/simulator.js';
import type { SandboxOAuth } from '../../src/sandbox/oauth/oauth.js';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.js';
import { startSandbox } from '../../src/sandbox/server.js';

export interface GongSandbox extends Sandbox {
  /** What the hub's environment needs so that it takes this sandbox for Gong. */
  readonly env: Readonly<Record<'PLATFORM_GONG_API_URL' | 'PATCHBAY_EGRESS_ALLOW', string>>;
  /** Besides `env`: what the hub needs so that it sends people and token requests here, as the app that is registered. */
  readonly oauthEnv: Readonly<
    Record<`PLATFORM_GONG_${'AUTH_URL' | 'TOKEN_URL' | 'CLIENT_ID' | 'CLIENT_SECRET'}`, string>
  >;
  readonly oauth: SandboxOAuth;
  /** The whole account, `[from, to)`. */
  readonly window: { readonly from: string; readonly to: string };
  /** The value of the `authorization` header that the account accepts. */
  readonly authorization: string;
}

const usual = { seed: 1, calls: 250, from: '2026-01-05T00:00:00Z', to: '2026-01-12T00:00:00Z', limits: 'off' } as const;

/** A sandbox Gong on free ports: 250 calls in one week and no limits, unless told otherwise. */
export async function startGongSandbox(options: Partial<Omit<SandboxOptions, 'platform'>> = {}): Promise<GongSandbox> {
  const all = { ...usual, ...options, platform: gong };
  const sandbox = await startSandbox(all);
  const { key, secret } = gong.secret;
  const { oauth } = sandbox;
  if (!oauth) throw new Error('The simulator of Gong has lost its OAuth side.');
  return {
    ...sandbox,
    oauth,
    oauthEnv: {
      PLATFORM_GONG_AUTH_URL: sandbox.url,
      PLATFORM_GONG_TOKEN_URL: sandbox.url,
      PLATFORM_GONG_CLIENT_ID: oauth.client.id,
      PLATFORM_GONG_CLIENT_SECRET: oauth.client.secret,
    },
    env: { PLATFORM_GONG_API_URL: sandbox.url, PATCHBAY_EGRESS_ALLOW: new URL(sandbox.url).hostname },
    window: { from: all.from, to: all.to },
    authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
  };
}
