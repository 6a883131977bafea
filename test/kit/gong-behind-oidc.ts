import { oauth as gong } from '../../connections/gong/simulator/oauth.js';
import { type Oidc, startOidc } from './oidc.js';
import { type GongSandbox, startGongSandbox } from './sandbox.js';

export interface GongBehindOidc {
  readonly oidc: Oidc;
  readonly sandbox: GongSandbox;
  /** What the hub's environment needs. */
  readonly env: GongSandbox['env'] & GongSandbox['oauthEnv'];
  close(): Promise<void>;
}

/** The calls of a sandbox Gong, and in front of them `oidc-provider` at Gong's paths with Gong's scopes. */
export async function startGongBehindOidc(
  options: Parameters<typeof startGongSandbox>[0] = {},
): Promise<GongBehindOidc> {
  const oidc = await startOidc({
    paths: { authorize: gong.authorize.path, token: gong.token.path },
    scopes: gong.scopes,
    // Gong has no PKCE, and a refresh goes in the query string.
    ...{ pkce: false, takesQuery: true },
    extras: { api_base_url_for_customer: 'https://company-17.api.gong.io' },
  });
  const sandbox = await startGongSandbox({ ...options, oauth: { look: oidc.look } });
  return {
    ...{ oidc, sandbox },
    env: {
      ...sandbox.env,
      PLATFORM_GONG_AUTH_URL: oidc.url,
      PLATFORM_GONG_TOKEN_URL: oidc.url,
      PLATFORM_GONG_CLIENT_ID: oidc.client.id,
      PLATFORM_GONG_CLIENT_SECRET: oidc.client.secret,
    },
    async close() {
      await Promise.all([oidc.close(), sandbox.close()]);
    },
  };
}
