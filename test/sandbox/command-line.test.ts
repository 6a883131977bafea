import { expect, test } from 'vitest';
import { help, readCommand } from '../../src/sandbox/command-line.js';
import { findSimulator, simulatedPlatforms } from '../../src/sandbox/find-simulator.js';

test('reads every option', () => {
  const line =
    '--platform gong --calls 50000 --seed 7 --rps 3 --per-day 10000 --latency 20 --fail-500 0.03 --fail-502 0.01 --cut 0.02 ' +
    '--duplicates 0.03 --disorder 150 --dead-cursors 0.01 --late 2 --port 4010 --admin-port 4011 ' +
    '--from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z';

  const command = readCommand(line.split(' '));

  expect(command).toMatchObject({
    platform: 'gong',
    calls: 50_000,
    seed: 7,
    port: 4010,
    adminPort: 4011,
    duplicates: 0.03,
    disorder: 150,
    limits: [
      { requests: 3, seconds: 1 },
      { requests: 10_000, seconds: 86_400 },
    ],
    faults: { error500: 0.03, error502: 0.01, cut: 0.02, deadCursors: 0.01, latencyMs: 20 },
    late: [18_750, 43_750],
    broken: [],
  });
});

test('keeps to the limits of the platform unless told otherwise, and --empty means no calls', () => {
  expect(readCommand(['--platform', 'gong', '--empty'])).toMatchObject({ limits: 'published', calls: 0, late: [] });
  expect(readCommand(['--platform', 'gong', '--rps', '0'])).toMatchObject({ limits: 'off' });
});

test('plays OAuth by the rules of the platform, for a hub at its usual address, unless told otherwise', () => {
  const usual = { redirectUris: ['127.0.0.1', 'localhost'].map(host => `http://${host}:4000/oauth/callback/gong`) };
  expect(readCommand(['--platform', 'gong'])).toMatchObject({ oauth: { ...usual, rules: {} } });

  const line =
    '--platform gong --redirect-uri http://a/b --redirect-uri http://c/d --access-seconds 2 --rotation replay';
  expect(readCommand(line.split(' '))).toMatchObject({
    oauth: {
      redirectUris: ['http://a/b', 'http://c/d'],
      rules: { accessSeconds: 2, rotation: { kind: 'replay', unusedSeconds: 3600, usedSeconds: 10 } },
    },
  });
});

test('a live account is of now, and its events go wrong as asked for', () => {
  const { now, from, to, eventFaults } = commandOf(
    '--platform ringcentral --live --drop-events 0.05 --late-events 0.1',
  );
  expect(Math.abs((now?.() ?? 0) - Date.now())).toBeLessThan(10_000);
  expect(Date.parse(from)).toBeLessThan(Date.now());
  expect(Date.parse(to)).toBeGreaterThan(Date.now());
  expect(eventFaults).toEqual({ drop: 0.05, duplicates: 0, late: 0.1 });
  expect(commandOf('--platform ringcentral').now).toBeUndefined();
});

function commandOf(line: string) {
  const command = readCommand(line.split(' '));
  if (command === 'help') throw new Error('It was no command.');
  return command;
}

test.each([
  [[], '--platform is missing'],
  [['--platform', 'gong', '--calls', 'many'], '--calls must be a number from 0, not "many"'],
  [['--platform', 'gong', '--from', '2027-01-01T00:00:00Z'], '--from must be a time before --to'],
  [['--platform', 'gong', '--rotation', 'often'], '--rotation must be none, strict, grace, replay, not "often"'],
  [['--platform', 'gong', '--cats', '3'], "Unknown option '--cats'"],
])('says in one sentence what is wrong with %j', (argv, sentence) => {
  expect(() => readCommand(argv)).toThrow(sentence);
});

test('finds simulators by their folder and explains every option', async () => {
  expect(await simulatedPlatforms()).toContain('gong');
  await expect(findSimulator('gnog')).rejects.toThrow('There is no simulator for "gnog"; there is one for: ');
  expect((await findSimulator('gong')).limits[0]).toEqual({ requests: 3, seconds: 1 });
  for (const option of ['--dead-cursors', '--admin-port', '--per-day']) expect(help).toContain(option);
});
