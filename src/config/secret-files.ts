import { readFileSync } from 'node:fs';
import { type Variable, variables } from './variables.js';

type Environment = Readonly<Record<string, string | undefined>>;

const suffix = '_FILE';

/** Names of variables that may also be given as the path of a file, such as a mounted secret. */
export const namesWithFile: readonly string[] = Object.entries<Variable>(variables)
  .filter(([, { inFile }]) => inFile === true)
  .map(([name]) => name);

/** `DATABASE_URL_FILE` for `DATABASE_URL`. */
export function fileName(name: string): string {
  return `${name}${suffix}`;
}

/** Those and, of the ones that are there for every platform, those that are set. */
function namesIn(env: Environment): readonly string[] {
  const set = Object.keys(env).filter(name => name.endsWith(suffix));
  return namesWithFile.flatMap(name => {
    const [before, after] = name.split('<ID>');
    if (after === undefined) return [name];
    const named = new RegExp(`^${before}[A-Z0-9]+(?:_[A-Z0-9]+)*${after}$`);
    return set.map(each => each.slice(0, -suffix.length)).filter(each => named.test(each));
  });
}

/** The environment with the content of files in place of their paths. Neither paths nor content are in a problem. */
export function withSecretFiles(env: Environment, problems: string[]): Environment {
  const values: Record<string, string | undefined> = { ...env };
  const refuse = (name: string, reason: string): void => {
    problems.push(`${fileName(name)} ${reason}, for example ${fileName(name)}=/run/secrets/${name.toLowerCase()}`);
  };
  for (const name of namesIn(env)) {
    const path = env[fileName(name)]?.trim() ?? '';
    if (path === '') continue;
    if ((env[name] ?? '').trim() !== '') {
      refuse(name, `must be left out when ${name} is set`);
      continue;
    }
    try {
      values[name] = readFileSync(path, 'utf8').trim();
      if (values[name] === '') refuse(name, 'must name a file that is not empty');
    } catch (cause) {
      refuse(name, `must name a file that the hub may read (${(cause as NodeJS.ErrnoException).code})`);
    }
  }
  return values;
}
