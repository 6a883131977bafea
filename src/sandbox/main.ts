import type { SimulatorDefinition } from '#connector';
import { type Command, help, readCommand } from './command-line.js';
import { findSimulator } from './find-simulator.js';
import type { Sandbox } from './sandbox.js';
import { startSandbox } from './server.js';

try {
  const command = readCommand(process.argv.slice(2));
  if (command === 'help') process.stdout.write(`${help}\n`);
  else {
    const platform = await findSimulator(command.platform);
    const sandbox = await startSandbox({ ...command, platform });
    process.stdout.write(`${greeting(command, sandbox, platform)}\n`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close());
  }
} catch (error) {
  process.stderr.write(`${sentence(error)}\n`);
  process.exitCode = 1;
}

function greeting(
  { platform, now }: Pick<Command, 'platform' | 'now'>,
  { url, adminUrl, secret, truth, oauth }: Sandbox,
  { hasFiles = false }: Pick<SimulatorDefinition, 'hasFiles'>,
): string {
  const env = `PLATFORM_${platform.toUpperCase().replaceAll('-', '_')}`;
  return [
    `Sandbox ${platform} with ${truth().length} calls: ${url}`,
    `Ledger and faults:         ${adminUrl}/ledger/summary`,
    ...(now === undefined ? [] : [`Events that it sends:      ${adminUrl}/events`]),
    ...Object.entries(secret).map(([name, value]) => `Credential: ${name.padEnd(14)} ${value}`),
    ...(oauth ? [`Consent page:              ${url}${oauth.paths.authorize}`] : []),
    ...(oauth ? [`Token endpoint:            ${url}${oauth.paths.token}`] : []),
    'For the hub:',
    `  ${env}_API_URL=${url}`,
    ...(hasFiles ? [`  ${env}_MEDIA_URL=${url}`] : []),
    ...(oauth ? [`  ${env}_AUTH_URL=${url}`, `  ${env}_TOKEN_URL=${url}`] : []),
    ...(oauth ? [`  ${env}_CLIENT_ID=${oauth.client.id}`, `  ${env}_CLIENT_SECRET=${oauth.client.secret}`] : []),
    `  PATCHBAY_EGRESS_ALLOW=${new URL(url).hostname}`,
  ].join('\n');
}

function sentence(error: unknown): string {
  const { code, message, port } = error as { code?: string; message?: string; port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is taken; choose another with --port or --admin-port.`;
  return message ?? String(error);
}
