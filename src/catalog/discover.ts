/**
 * Discovery: a platform exists because its folder does.
 *
 * There is no list to edit. A folder that is not sound stops the process at the start, because a platform that
 * fails later would fail in the middle of somebody's import.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Connector, ManifestOnly } from '#connector';
import { BrokenPromise } from '../core/errors.js';
import { problemsOf } from './soundness.js';

type Platform = Connector | ManifestOnly;

/**
 * Reads every platform folder of `connections/`, and of `extra` directories, in the order of their names.
 * @throws BrokenPromise naming the first folder that is not sound, and what is wrong with it.
 */
export async function discover(extra: readonly URL[] = []): Promise<ReadonlyMap<string, Platform>> {
  // The same distance from the source as from the build, which keeps the layout.
  const directories = [new URL('../../connections/', import.meta.url), ...extra.map(asDirectory)];
  const folders = (await Promise.all(directories.map(platformFolders))).flat();
  const platforms = new Map<string, Platform>();
  for (const folder of folders.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    if (platforms.has(folder.id)) throw unsound(folder, 'another directory holds a folder of this name');
    platforms.set(folder.id, await load(folder));
  }
  const twice = firstTwice([...platforms.values()].flatMap(namesOf));
  if (twice === undefined) return platforms;
  throw new BrokenPromise(`Two platforms are called ${twice}.`, {
    remedy: 'Give one of them another id: a folder, or a facet of what a folder describes.',
  });
}

function namesOf(platform: Platform): readonly string[] {
  return [platform.manifest, ...('facets' in platform ? (platform.facets ?? []) : [])].map(({ id }) => id);
}

function firstTwice(ids: readonly string[]): string | undefined {
  return ids.find((id, i) => ids.indexOf(id) !== i);
}

interface Folder {
  readonly id: string;
  readonly url: URL;
}

function asDirectory(url: URL): URL {
  return url.pathname.endsWith('/') ? url : new URL(`${url.href}/`);
}

async function platformFolders(directory: URL): Promise<readonly Folder[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(entry => ({ id: entry.name, url: new URL(`${encodeURIComponent(entry.name)}/`, directory) }));
}

async function load(folder: Folder): Promise<Platform> {
  const exported = await defaultExport(folder);
  const problems = problemsOf(exported);
  if (problems.length > 0) throw unsound(folder, problems.join('; '));
  const platform = exported as Platform;
  if (platform.manifest.id === folder.id) {
    versions.set(platform, await digestOf([folder.url, new URL('../connector/', import.meta.url)]));
    return platform;
  }
  throw unsound(folder, `manifest.id is '${platform.manifest.id}', but must be the folder's name`);
}

const versions = new WeakMap<Platform, string>();

/**
 * Tells a connector that reads records in another way from one that was there before: by the bytes of its folder and of what all
 * folders read with. One that no folder holds is a version of its own.
 */
export function versionOf(platform: Platform): string {
  const version = versions.get(platform) ?? randomUUID();
  versions.set(platform, version);
  return version;
}

async function digestOf(folders: readonly URL[]): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const files = (await readdir(folder)).filter(
      file => /^(?!simulat).*\.[jt]s$/.test(file) && !file.endsWith('.d.ts'),
    );
    for (const file of files.toSorted()) hash.update(file).update(await readFile(new URL(file, folder)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function defaultExport(folder: Folder): Promise<unknown> {
  const files = await readdir(folder.url);
  const file = ['connector.ts', 'connector.js'].find(name => files.includes(name));
  if (file === undefined) throw unsound(folder, 'there is no connector.ts');
  try {
    const module: { readonly default?: unknown } = await import(new URL(file, folder.url).href);
    return module.default;
  } catch (cause) {
    throw unsound(folder, `${file} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

function unsound(folder: Folder, problem: string, cause?: unknown): BrokenPromise {
  const place = folder.url.pathname.split('/').slice(-3, -1).map(decodeURIComponent).join('/');
  return new BrokenPromise(`The platform folder ${place} is not sound: ${problem}.`, {
    remedy: 'Mend the folder, or take it away; connections/README.md says what it must contain.',
    cause,
  });
}
