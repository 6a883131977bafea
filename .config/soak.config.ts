import { defineConfig, mergeConfig } from 'vitest/config';
import shared from './vitest.config.js';

/** Faults in their full number, one scenario after the other: hours. `SOAK_SHARE=0.1` does a tenth, `-t kills` one scenario. */
export default mergeConfig(
  { ...shared, test: {} },
  defineConfig({
    test: {
      include: ['test/soak/**/*.soak.ts'],
      globalSetup: ['test/kit/build.ts', 'test/kit/postgres.ts'],
      setupFiles: ['test/kit/setup.ts'],
      fileParallelism: false,
      maxWorkers: 1,
      testTimeout: 14_400_000,
      hookTimeout: 60_000,
      silent: false,
    },
  }),
);
