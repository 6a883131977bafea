import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

type Versions = Readonly<Record<string, string>>;
const { dependencies, optionalDependencies, devDependencies } = JSON.parse(read('package.json')) as Readonly<
  Record<'dependencies' | 'optionalDependencies' | 'devDependencies', Versions>
>;
const versions: Versions = { ...dependencies, ...optionalDependencies, ...devDependencies };
const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Names, also with a star in them, from the first column of the README's table under the heading "Dependencies". */
function explained(readme: string): { name: string; reason: string }[] {
  const [, section = ''] = /^#+ [^\n]*dependenc[^\n]*\n([\s\S]*?)(?=^#+ |(?![\s\S]))/im.exec(readme) ?? [];
  const rows = section.split('\n').filter(line => /^\| *`/.test(line));
  return rows.flatMap(row => {
    const [, names = '', ...reason] = row.split('|').map(cell => cell.trim());
    return [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => ({ name, reason: reason.join(' ').trim() }));
  });
}

function covers(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

function unexplained(readme: string, names: readonly string[]): string[] {
  const table = explained(readme).filter(({ reason }) => /\w{3}/.test(reason));
  return names.filter(name => !table.some(row => covers(row.name, name)));
}

test('every package that we depend on has its reason in the README', () => {
  expect(unexplained(read('README.md'), Object.keys(versions))).toEqual([]);
});

test('the README explains no package that we do not have', () => {
  const stale = explained(read('README.md')).filter(
    ({ name }) => !Object.keys(versions).some(each => covers(name, each)),
  );

  expect(stale).toEqual([]);
});

test('a package without a reason is found', () => {
  const readme =
    '# A\n## Dependencies\n| Package | Why |\n|---|---|\n| `graphql`, `@types/*` | The API. |\n| `pino` | |\n## Next\n| `pg` | No. |';

  expect(unexplained(readme, ['graphql', '@types/node', 'pino', 'pg'])).toEqual(['pino', 'pg']);
});

test('every version is exact', () => {
  expect(Object.entries(versions).filter(([, version]) => !exact.test(version))).toEqual([]);
  for (const loose of ['^1.2.3', '~1.2.3', '1.x', '*', 'latest', '>=1.0.0', 'github:a/b', 'file:../a'])
    expect(loose).not.toMatch(exact);
});

test('the lockfile agrees, and says what a package is but not where it comes from', () => {
  const lock = JSON.parse(read('package-lock.json')) as {
    readonly packages: Readonly<
      Record<string, { readonly version?: string; readonly resolved?: string; readonly integrity?: string }>
    >;
  };
  const packages = Object.entries(lock.packages).filter(([where]) => where !== '');

  expect(packages.filter(([, { resolved }]) => resolved !== undefined).map(([where]) => where)).toEqual([]);
  expect(packages.filter(([, { integrity }]) => integrity === undefined).map(([where]) => where)).toEqual([]);
  for (const [name, version] of Object.entries(versions))
    expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
});
