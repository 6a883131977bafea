import { test } from 'vitest';
import { testHub } from '../kit/hub.js';
import { startGongSandbox } from '../kit/sandbox.js';
import { connectBySignIn } from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startTokenGong } from '../kit/token-gong.js';
import { until } from '../kit/until.js';

const token = 'metrics-token-of-this-test';

test('token requests are counted by platform, kind and outcome', async () => {
  const sandbox = await startGongSandbox({ account: 'acme', calls: 1 });
  const gong = await startTokenGong({ sandboxes: { acme: sandbox } });
  const hub = await testHub({ ...gong.env, PATCHBAY_METRICS_TOKEN: token }, { resolvers: [SignInResolver] });
  const { connectionId } = await connectBySignIn(hub, gong);
  const due = () =>
    hub.database.query('update credentials set due_at = clock_timestamp() where connection_id = $1', [connectionId]);
  const shows = (line: string) =>
    until(line, async () => {
      const response = await fetch(`${hub.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
      return (await response.text()).split('\n').includes(line);
    });
  const counted = (kind: string, outcome: string) =>
    `patchbay_token_requests_total{platform="gong",kind="${kind}",outcome="${outcome}"} 1`;

  await shows(counted('grant', 'granted'));
  await due();
  await shows(counted('refresh', 'granted'));
  gong.answer = (_query, response) => {
    response.writeHead(503).end();
    return true;
  };
  await due();
  await shows(counted('refresh', 'transient'));
  await shows('patchbay_token_request_duration_seconds_count{platform="gong"} 3');
  await hub.close();
  await Promise.all([gong.close(), sandbox.close()]);
});
