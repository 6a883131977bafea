import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';

/** A whole connector as source text. Outside the package nothing can be imported, so it is a plain object. */
export function connectorSource(id: string, changes = ''): string {
  return `const connector = {
    manifest: {
      id: '${id}', name: 'Made-up ${id}', kind: 'dialer', support: 'supported',
      customerBrings: ['A key.'], docs: 'https://example.test/docs', verifiedOn: '2026-11-21',
    },
    auth: [{ kind: 'secret', label: 'Key', fields: [{ name: 'key', label: 'Key' }], headers: () => ({}), remedy: 'Check it.' }],
    http: { baseUrl: 'https://api.example.test', domain: 'example.test' },
    limits: [{ requests: 60, seconds: 60, owner: 'account' }],
    check: async () => ({ id: '1', name: 'One' }),
    calls: {
      pageSize: 50, settleHours: 6, reachesBackDays: 90, items: ['calls'],
      request: () => ({ path: '/calls' }), page: () => ({}), call: () => ({}),
    },
  };
  ${changes}
  export default connector;`;
}

/** Writes platform folders into a new directory, which is gone when the test ends. */
export async function platformsDirectory(
  folders: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<URL> {
  const directory = await mkdtemp(path.join(tmpdir(), 'platforms-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [folder, files] of Object.entries(folders)) {
    await mkdir(path.join(directory, folder));
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, folder, name), text);
  }
  return pathToFileURL(directory);
}
