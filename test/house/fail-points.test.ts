import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const kit = readFileSync(path.join(root, 'test/kit/crashing-hub.mjs'), 'utf8');
/** What the kit listens to and the names of its points. */
const marks = ['CRASH_AT', 'crashing', ...[...kit.matchAll(/point\('([^']+)'\)/g)].map(([, name = '']) => name)];
const built = readdirSync(path.join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter(name =>
  name.endsWith('.js'),
);

test('the build holds no fail-point: they are in the kit, around the ports', () => {
  expect(marks).toContain('before copy');
  expect(marks).toContain('before announcement');
  expect(built.length).toBeGreaterThan(100);
  const found = built.filter(name => {
    const text = readFileSync(path.join(root, 'dist', name), 'utf8');
    return marks.some(mark => text.includes(mark)) || /SIGKILL|\bprocess\.abort\b/.test(text);
  });
  expect(found).toEqual([]);
});

test('the build is made of the hub and its connectors, and imports nothing of the tests', () => {
  expect(
    readdirSync(path.join(root, 'dist'))
      .filter(name => !name.startsWith('.'))
      .toSorted(),
  ).toEqual(['connections', 'src']);
  const importers = built.filter(name =>
    /from '[^']*\/test\//.test(readFileSync(path.join(root, 'dist', name), 'utf8')),
  );
  expect(importers).toEqual([]);
});
