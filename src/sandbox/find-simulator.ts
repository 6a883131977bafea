import { readdir } from 'node:fs/promises';
import type { SimulatorDefinition } from '#connector';

const folder = new URL('../../connections/', import.meta.url);
/** Source files beside source files, built files beside built files. */
const file = `simulator${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`;

/** @throws TypeError naming the platforms that have a simulator, when this one has none. */
export async function findSimulator(platform: string): Promise<SimulatorDefinition> {
  const platforms = await simulatedPlatforms();
  if (!platforms.includes(platform)) {
    throw new TypeError(`There is no simulator for "${platform}"; there is one for: ${platforms.join(', ') || 'none'}`);
  }
  const found = (await import(new URL(`${platform}/${file}`, folder).href)) as {
    readonly default: SimulatorDefinition;
  };
  return found.default;
}

/** Ids of all platforms whose folder holds a simulator. */
export async function simulatedPlatforms(): Promise<readonly string[]> {
  const platforms = (await readdir(folder, { withFileTypes: true })).filter(entry => entry.isDirectory());
  const held = await Promise.all(platforms.map(({ name }) => readdir(new URL(`${name}/`, folder))));
  return platforms.filter((_, index) => held[index]?.includes(file)).map(({ name }) => name);
}
