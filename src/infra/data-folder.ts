import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../core/secret.js';
import { StartupProblem } from '../core/startup-problem.js';
import type { NamedKey } from './kms/local.js';

/** Keys that the hub makes for itself live in files of the data folder that only its owner can read. */

/** The keys that are kept here: those of the configuration, or those of the data folder. */
export async function configuredKeys(config: {
  readonly encryptionKeys: readonly NamedKey[] | undefined;
  readonly kms: unknown;
  readonly dataDir: string;
}): Promise<readonly NamedKey[]> {
  if (config.encryptionKeys !== undefined) return config.encryptionKeys;
  // With another driver there may be some of earlier, and none are made.
  if (config.kms !== undefined) return (await keptEncryptionKeys(config.dataDir)) ?? [];
  return encryptionKeys(config.dataDir);
}

/** The encryption keys of the embedded database; made at the first start. */
export async function encryptionKeys(dataDir: string): Promise<readonly NamedKey[]> {
  const file = join(dataDir, 'encryption-keys');
  await keep(dataDir, file, `first:${randomBytes(32).toString('base64')}\n`);
  return (await keptEncryptionKeys(dataDir)) ?? [];
}

/** The same, when they have been made; nothing is made. */
export async function keptEncryptionKeys(dataDir: string): Promise<readonly NamedKey[] | undefined> {
  const file = join(dataDir, 'encryption-keys');
  const text = await readFile(file, 'utf8').catch(({ code }: NodeJS.ErrnoException) => {
    if (code === 'ENOENT') return undefined;
    throw new StartupProblem(`${file} cannot be read (${code}): give the hub's user read access.`);
  });
  return text === undefined ? undefined : parseKeys(file, text);
}

function parseKeys(file: string, text: string): readonly NamedKey[] {
  return text
    .trim()
    .split(/[\n,]/)
    .map(line => {
      const [name = '', base64 = ''] = line.split(':', 2);
      const key = Buffer.from(base64, 'base64');
      if (name === '' || key.length !== 32)
        throw new StartupProblem(
          `${file} does not hold lines of \`name:base64 of 32 bytes\`: restore it from a backup.`,
        );
      return { name, key: new Secret<Uint8Array>(key) };
    });
}

/** Keeps the first admin key where the operator finds it again. */
export async function keepFirstKey(dataDir: string, secret: string): Promise<void> {
  await keep(dataDir, join(dataDir, 'admin-key'), `${secret}\n`, 'w');
}

/** The key that was kept so; undefined when there is none here. */
export async function keptAdminKey(dataDir: string): Promise<Secret<string> | undefined> {
  const text = await readFile(join(dataDir, 'admin-key'), 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : new Secret(text.trim());
}

async function keep(dataDir: string, file: string, content: string, flag: 'wx' | 'w' = 'wx'): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeFile(file, content, { mode: 0o600, flag });
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    // Making the folder says the same of a file that stands in its place.
    if (code === 'EEXIST' && syscall === 'open') return;
    throw new StartupProblem(
      `The data folder ${dataDir} cannot be written (${code}): give the hub's user write access or set PATCHBAY_DATA_DIR.`,
    );
  }
}
