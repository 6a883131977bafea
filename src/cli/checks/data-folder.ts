import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { fail, type Finding, ok, warn } from '../finding.js';

const about = 'data folder';
const giga = 1024 ** 3;
const tooLittle = giga / 2;
const little = 5 * giga;

/** Whether the data folder can be used, and how much room is left where it is. Writes nothing. */
export async function checkDataFolder(dataDir: string): Promise<Finding[]> {
  const dir = path.resolve(dataDir);
  const standing = await nearest(dir);
  const remedy = 'Give the user of the hub write access, or name another folder in PATCHBAY_DATA_DIR.';
  try {
    await access(standing, constants.W_OK | constants.X_OK);
  } catch {
    return [fail(about, `${standing} cannot be written.`, remedy)];
  }
  const { mode } = await stat(standing);
  if (standing !== dir) return [ok(about, `${dir} will be made at the first start.`), await room(standing)];
  const open = process.platform !== 'win32' && (mode & 0o077) !== 0;
  const folder = open
    ? warn(about, `${dir} can be read by other users of this machine.`, `Run: chmod 700 ${dir}`)
    : ok(about, `${dir} can be written, by its owner only.`);
  return [folder, await room(dir)];
}

/** The folder, or what is there of the way to it. */
async function nearest(dir: string): Promise<string> {
  for (let at = dir; ; at = path.dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found !== undefined || at === path.dirname(at)) return at;
  }
}

async function room(dir: string): Promise<Finding> {
  const { bavail, bsize, blocks } = await statfs(dir);
  const free = bavail * bsize;
  const says = `${(free / giga).toFixed(1)} GB of ${((blocks * bsize) / giga).toFixed(1)} GB are free.`;
  const remedy = 'Make room, or name a folder on another disk in PATCHBAY_DATA_DIR.';
  if (free < tooLittle) return fail('disk', says, remedy);
  return free < little ? warn('disk', says, remedy) : ok('disk', says);
}
