import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Connector, SimulatorDefinition } from '#connector';
import type { Check, Subject, Twin } from './kit.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const connections = fileURLToPath(new URL('../../connections/', import.meta.url));

function names(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.ts'))
    .map(name => name.slice(0, -3))
    .sort();
}

async function load(path: string): Promise<unknown> {
  return import(pathToFileURL(path).href);
}

export interface NamedCheck extends Check {
  readonly name: string;
}

export function loadChecks(): Promise<readonly NamedCheck[]> {
  return Promise.all(
    names(`${here}checks`).map(async name => {
      const { check } = (await load(`${here}checks/${name}.ts`)) as { readonly check: Check };
      return { name, ...check };
    }),
  );
}

/** The twin of a check; undefined when nobody wrote one. */
export async function loadTwin(check: string): Promise<Twin | undefined> {
  const path = `${here}twins/${check}.ts`;
  return existsSync(path) ? ((await load(path)) as { readonly twin: Twin }).twin : undefined;
}

/** Every platform that has both a connector and a simulator. */
export function loadSubjects(): Promise<readonly Subject[]> {
  const folders = readdirSync(connections).filter(folder =>
    ['connector.ts', 'simulator.ts'].every(file => existsSync(`${connections}${folder}/${file}`)),
  );
  return Promise.all(
    folders.sort().map(async folder => {
      const connector = (await load(`${connections}${folder}/connector.ts`)) as { readonly default: Connector };
      const simulator = (await load(`${connections}${folder}/simulator.ts`)) as {
        readonly default: SimulatorDefinition;
      };
      return { folder, connector: connector.default, simulator: simulator.default };
    }),
  );
}
