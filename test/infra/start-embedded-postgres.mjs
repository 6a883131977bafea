// A process of its own that shares a data folder: `node start-embedded-postgres.mjs <folder>`. Says one
// JSON line when it has a server, and hands its lease back when its standard input ends.
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) =>
    next(context.parentURL?.endsWith('.ts') ? specifier.replace(/^(\..*)\.js$/, '$1.ts') : specifier, context),
});
const { startEmbeddedPostgres } = await import('../../src/infra/embedded-postgres.ts');

const say = message => process.stdout.write(`${JSON.stringify(message)}\n`);
const quiet = { debug() {}, info() {}, warn() {}, error() {}, with: () => quiet };
try {
  const server = await startEmbeddedPostgres({ dir: process.argv[2], log: quiet });
  say({ url: server.url, started: server.started });
  process.stdin.resume().on('end', async () => {
    await server.stop();
    say({ stopped: true });
  });
} catch (error) {
  say({ problem: error.name, message: error.message });
}
