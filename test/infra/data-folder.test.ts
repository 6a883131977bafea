import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encryptionKeys, keepFirstKey } from '../../src/infra/data-folder.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'data-folder-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a key that is made once stays, in a file that only its owner can read', async () => {
  const dir = path.join(folder, 'new', 'data');

  const [made] = await encryptionKeys(dir);
  const [again] = await encryptionKeys(dir);

  expect(made?.name).toBe('first');
  expect(again?.key.reveal()).toEqual(made?.key.reveal());
  expect(statSync(path.join(dir, 'encryption-keys')).mode & 0o777).toBe(0o600);
});

test('a new first admin key takes the place of the one before', async () => {
  await keepFirstKey(folder, 'pb_one');
  await keepFirstKey(folder, 'pb_two');

  expect(readFileSync(path.join(folder, 'admin-key'), 'utf8')).toBe('pb_two\n');
});

describe('what cannot be used is refused in one sentence', () => {
  test('a file in the place of the folder', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');

    await expect(encryptionKeys(file)).rejects.toMatchObject({
      name: 'StartupProblem',
      message: `The data folder ${file} cannot be written (EEXIST): give the hub's user write access or set PATCHBAY_DATA_DIR.`,
    });
  });

  test('a file of keys that cannot be read', async () => {
    const file = path.join(folder, 'encryption-keys');
    mkdirSync(file);

    await expect(encryptionKeys(folder)).rejects.toMatchObject({
      name: 'StartupProblem',
      message: `${file} cannot be read (EISDIR): give the hub's user read access.`,
    });
  });

  test('a file of keys that holds something else', async () => {
    const file = path.join(folder, 'encryption-keys');
    writeFileSync(file, 'first:too-short\n');

    await expect(encryptionKeys(folder)).rejects.toMatchObject({
      name: 'StartupProblem',
      message: `${file} does not hold lines of \`name:base64 of 32 bytes\`: restore it from a backup.`,
    });
  });
});
