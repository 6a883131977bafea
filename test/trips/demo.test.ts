import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the demo tells the main trip in plain lines, and leaves alone what the environment says of another hub', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'demo-'));
  const others = {
    DATABASE_URL: 'postgresql://owner:password@127.0.0.1:1/production',
    JOBS_URL: 'mongodb://127.0.0.1:1/production',
    PATCHBAY_ENCRYPTION_KEYS: 'nonsense',
    PATCHBAY_ROLE: 'api',
  };
  try {
    const { code, output } = await demo(['--once', '--calls', '60'], {
      ...others,
      PATCHBAY_DATA_DIR: folder,
      PORT: '0',
    });

    expect(output).toContain('60 of 60 calls, COMPLETED');
    expect(output).toContain('Imported 60 calls, 60 with transcripts');
    expect(output).toContain('Imported from Gong on ');
    expect(output).not.toContain('\x1b');
    expect(code).toBe(0);
    // The folder that the environment names may be another hub's too.
    expect(readdirSync(folder)).toEqual(['demo']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function demo(args: readonly string[], env: Readonly<Record<string, string>>) {
  const entry = fileURLToPath(new URL('../../dist/src/demo/main.js', import.meta.url));
  const child = spawn(process.execPath, [entry, ...args], { env: { PATH: process.env.PATH, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise<{ code: number | null; output: string }>(resolve =>
    child.once('close', code => resolve({ code, output })),
  );
}
