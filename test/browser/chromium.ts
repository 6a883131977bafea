import { existsSync } from 'node:fs';
import path from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A browser of this machine: that of CHROMIUM, or the first on the path. */
export function findChromium(): string | undefined {
  const { CHROMIUM, PATH = '' } = process.env;
  if (CHROMIUM !== undefined) return CHROMIUM;
  return PATH.split(path.delimiter)
    .flatMap(folder => names.map(name => path.join(folder, name)))
    .find(file => existsSync(file));
}
