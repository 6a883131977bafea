import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectorSource } from '../catalog/made-up-platforms.js';

/** A new folder with a platform that takes PKCE and promises to say who it is. */
export async function rogueFolder(): Promise<URL> {
  const way = {
    ...{
      kind: 'oauth2',
      label: 'Sign in',
      grant: 'authorization_code',
      scopes: ['all'],
      pkce: true,
      remedy: 'Check it.',
    },
    ...{ authorizeUrl: 'https://rogue.test/authorize', tokenUrl: 'https://rogue.test/oauth2/generate-customer-token' },
    ...{ clientAuth: 'basic', tokenBody: 'query', rotation: 'none', lifetimes: {}, issuer: 'https://rogue.test' },
  };
  const directory = await mkdtemp(path.join(tmpdir(), 'rogue-'));
  await mkdir(path.join(directory, 'rogue'));
  const source = connectorSource('rogue', `connector.auth = [${JSON.stringify(way)}];`);
  await writeFile(path.join(directory, 'rogue', 'connector.js'), source);
  return pathToFileURL(directory);
}
