import gong from '../../connections/gong/simulator.js';
import type { GongSandbox } from '../kit/sandbox.js';
import { type Entry, startEntry } from './entry.js';

/** What the trip needs of a sandbox, of one in another process. */
export interface SandboxProcess extends Pick<GongSandbox, 'secret' | 'window' | 'authorization' | 'url' | 'env'> {
  /** How many calls the account holds, and how often it refused a request for its limits. */
  readonly calls: number;
  tooMany(): Promise<number>;
  readonly pid: number;
  end: Entry['end'];
}

const window = { from: '2025-07-01T00:00:00Z', to: '2026-01-01T00:00:00Z' };

/** A sandbox Gong that takes no time of whoever asks it. `rps` 0: no limits. */
export async function startSandboxProcess(calls: number, rps: number, account = 'sandbox'): Promise<SandboxProcess> {
  const { end, greeting, pid } = await startEntry(
    'dist/src/sandbox/main.js',
    [
      ...['--platform', 'gong', '--calls', String(calls), '--rps', String(rps), '--account', account],
      ...['--from', window.from, '--to', window.to],
    ],
    {},
    /calls: (\S+)\nLedger and faults: +(\S+)\/ledger[\s\S]*EGRESS_ALLOW/,
  );
  const [, url = '', adminUrl = ''] = greeting;
  const { key, secret } = gong.secret;
  return {
    ...{ calls, url, end, pid, window, secret: gong.secret },
    env: { PLATFORM_GONG_API_URL: url, PATCHBAY_EGRESS_ALLOW: '127.0.0.1' },
    authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`,
    async tooMany() {
      const summary = (await (await fetch(`${adminUrl}/ledger/summary`)).json()) as {
        byStatus: Record<string, number>;
      };
      return summary.byStatus['429'] ?? 0;
    },
  };
}
