import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const alone = [
  'test/trips/**/*.test.ts',
  // Kills wait for leases most of the time, and for as long as it takes.
  'test/faults/!(kills).test.ts',
  'test/edge/attacks.test.ts',
  'test/infra/embedded-postgres.test.ts',
  'test/sandbox/judge.test.ts',
];

function project(name: string, test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: { name, setupFiles: ['test/kit/setup.ts'], testTimeout: 180_000, hookTimeout: 180_000, ...test },
  };
}

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  // graphql ships two module formats; without this the runner loads one and the libraries the other.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    globalSetup: ['test/kit/build.ts', 'test/kit/hasty-postgres.ts'],
    projects: [
      project('side-by-side', {
        // Much of a test is waiting: one more than there are processors keeps them busy.
        maxWorkers: 3,
        include: ['test/**/*.test.ts'],
        exclude: alone,
        sequence: { groupOrder: 0 },
      }),
      // These measure pace or kill processes: neighbours would be counted against them.
      project('alone', { include: alone, fileParallelism: false, maxWorkers: 1, sequence: { groupOrder: 1 } }),
    ],
  },
});
