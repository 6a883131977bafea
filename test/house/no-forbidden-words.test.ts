import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');

/** Put together here, so that this file does not name them either. */
const forbidden: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['the host of a package registry', new RegExp(['registry', '(npmjs|yarnpkg|npmmirror)', '[a-z]+'].join('\\.'), 'i')],
  ['the host of a package registry', new RegExp(['npm', 'pkg', 'github', 'com'].join('\\.'), 'i')],
  ['a mirror of packages', /https?:\/\/[^\s"'`)]*(artifactory|nexus|verdaccio|cloudsmith|\.tgz)/i],
  ['a setting that names a registry', new RegExp(`^\\s*(@[\\w-]+:)?${'registry'}\\s*=`, 'im')],
  ['somebody’s home', new RegExp(`(?<![\\w.@:/-])/(${['home', 'Users'].join('|')})/[a-z]`)],
  ['the home of root', new RegExp(`(?<![\\w.@:/-])/${'root'}/`)],
  [
    'a working folder',
    new RegExp(`(?<![\\w.@:/-])/(${['work', 'workspace', 'builds', 'mnt', 'opt'].join('|')})/[a-z]`),
  ],
  ['a folder for scratch', new RegExp(`(?<![\\w.@:/-])/(${['tmp', 'var/folders'].join('|')})/\\w`)],
  ['a drive', /(?<![\w])[A-Z]:\\\\?[A-Z]\w+\\/],
];

function trackedFiles(): string[] {
  try {
    return execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  } catch {
    const ours = readdirSync(root, { recursive: true, encoding: 'utf8' });
    return ours.filter(
      file => !/^(node_modules|dist|\.patchbay|\.git)(\/|$)/.test(file) && statSync(path.join(root, file)).isFile(),
    );
  }
}

function findings(text: string): string[] {
  return forbidden.flatMap(([what, pattern]) => {
    const match = pattern.exec(text);
    return match === null ? [] : [`${what}: ${match[0]}`];
  });
}

test('no file names a package registry or a place on somebody’s machine', () => {
  const found = trackedFiles().flatMap(file => {
    const names = findings(file);
    let text: string;
    try {
      text = readFileSync(path.join(root, file), 'utf8');
    } catch {
      // Deleted in the working tree, not yet in the index.
      return names;
    }
    return [...names, ...findings(text)].map(each => `${file}: ${each}`);
  });

  expect(found).toEqual([]);
});

test.each([
  `"resolved": "https://${['registry', 'npmjs', 'org'].join('.')}/zod/-/zod-4.tgz"`,
  `${'registry'}=https://packages.example.com`,
  `see https://packages.example.com/zod-4.${'tgz'}`,
  `import '/${'ho'}me/ada/patchbay/src'`,
  `cwd: "/${'Us'}ers/ada"`,
  `at run (/${'wo'}rk/main/src/app.ts)`,
  `dir = '/${'t'}mp/patchbay'`,
  `C:\\${'Us'}ers\\ada`,
])('%s is found', text => {
  expect(findings(text)).not.toEqual([]);
});

test.each([
  'https://docs.npmjs.com/cli',
  'an API registry of platforms',
  './work/ours',
  'tmpdir()',
  '/v2/users/',
  'a/tmp/b',
])('%s is harmless', text => {
  expect(findings(text)).toEqual([]);
});
