import { setFlagsFromString } from 'node:v8';
import { openHub } from './app.js';
import { readConfig } from './config.js';
import { StartupProblem } from './core/startup-problem.js';

/** Starts the hub, says where it is, and ends it when it is told to. */
async function run(): Promise<void> {
  const config = readConfig(process.env);
  // A worker runs much of its code some thousand times: too seldom for interpreting it, and often not enough for optimizing it.
  if (config.role === 'worker') setFlagsFromString('--always-sparkplug');
  const hub = await openHub(config);
  if (hub.firstKey !== undefined) {
    process.stdout.write(
      `First admin API key, shown this once and kept in ${config.dataDir}/admin-key: ${hub.firstKey.reveal()}\n`,
    );
  }
  process.stdout.write(hub.url === undefined ? 'Patchbay works.\n' : `Patchbay listens at ${hub.url}/graphql\n`);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await hub.close();
    // Agenda leaves timers behind that would keep the process for seconds.
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
}

try {
  await run();
} catch (error) {
  if (!(error instanceof StartupProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
