import type { Config } from '../../config.js';
import { StartupProblem } from '../../core/startup-problem.js';
import { openLog } from '../../infra/log.js';
import { fail, type Finding, ok } from '../finding.js';

/** Whether the queue that wakes workers can be reached. */
export async function checkJobs({ jobs }: Config): Promise<Finding> {
  if (jobs === 'postgres') return ok('jobs', 'In PostgreSQL, beside everything else.');
  const { openMongoStore } = await import('../../infra/agenda/mongo-store.js');
  try {
    const store = await openMongoStore(jobs, openLog('silent'));
    await store.close();
    return ok('jobs', 'MongoDB answers and can be written.');
  } catch (error) {
    if (!(error instanceof StartupProblem)) throw error;
    return fail('jobs', error.message, 'Check JOBS_URL; runs that are under way go on meanwhile.');
  }
}
