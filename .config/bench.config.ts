import { defineConfig, mergeConfig } from 'vitest/config';
import shared from './vitest.config.js';

/** Measurements, one after the other: they print figures and fail when a goal is missed. */
export default mergeConfig(
  { ...shared, test: {} },
  defineConfig({
    test: {
      include: ['test/bench/**/*.bench.ts'],
      globalSetup: ['test/kit/build.ts', 'test/kit/postgres.ts'],
      setupFiles: ['test/kit/setup.ts'],
      fileParallelism: false,
      maxWorkers: 1,
      testTimeout: 600_000,
      hookTimeout: 60_000,
      silent: false,
    },
  }),
);
