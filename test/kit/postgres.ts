import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/infra/embedded-postgres.js';
import { openLog } from '../../src/infra/log.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of a PostgreSQL server as its superuser; see `freshDatabase`. */
    postgresUrl: string;
  }
}

/** One PostgreSQL for the whole test run, in a folder that is deleted after it. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(path.join(tmpdir(), 'patchbay-test-'));
  const postgres = await startEmbeddedPostgres({ dir, log: openLog('silent') });
  provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
