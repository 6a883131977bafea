import { createServer } from 'node:net';
import { once } from 'node:events';
import { type Config, hubAddress } from '../../config.js';
import type { Egress } from '../../core/ports.js';
import { fail, type Finding, ok, reasonOf, warn } from '../finding.js';

/** Whether the port is free or a hub answers on it, and whether the public address makes sense. */
export async function checkAddress(config: Config, egress: Egress): Promise<Finding[]> {
  const { role, port, host } = config;
  if (role === 'worker') return [ok('port', 'A worker needs no port that others know.')];
  const found = port === 0 ? ok('port', 'Any free one will be taken.') : await checkPort(host, port, egress);
  return [found, publicUrl(config)];
}

async function checkPort(host: string, port: number, egress: Egress): Promise<Finding> {
  const url = hubAddress(host, port);
  const health = await ask(egress, `${url}/healthz`);
  if (health === 'ok\n') {
    const ready = await ask(egress, `${url}/readyz`);
    if (ready === 'ready\n') return ok('port', `A hub answers at ${url} and is ready.`);
    return fail('port', `A hub answers at ${url} and is not ready.`, 'Look at what is said here of the database.');
  }
  const taken = `Port ${port} is taken by something else.`;
  if (health !== undefined) return fail('port', taken, 'End what listens there, or choose another with PORT.');
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return ok('port', `${host}:${port} is free: no hub runs here.`);
  } catch (error) {
    const code = reasonOf(error);
    if (code === 'EADDRINUSE') return fail('port', taken, 'End what listens there, or choose another with PORT.');
    return fail('port', `${host}:${port} cannot be opened (${code}).`, 'Check HOST and PORT.');
  } finally {
    server.close();
  }
}

/** @returns the body; undefined when nobody answers HTTP. */
async function ask(egress: Egress, url: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(4_000);
    const { bytes } = await egress.request({
      ...{ url, method: 'GET', headers: {}, signal, timeoutMs: 3_000, maxBytes: 10_000 },
    });
    return bytes.toString('utf8');
  } catch {
    return undefined;
  }
}

function publicUrl({ publicUrl, host, port }: Config): Finding {
  const about = 'public URL';
  const setIt = 'Set PATCHBAY_PUBLIC_URL to the https address at which customers reach this hub.';
  if (publicUrl === undefined) {
    const isLocal = ['127.0.0.1', 'localhost', '::1'].includes(host);
    const says = `Not set; the hub is at ${hubAddress(host, port)}.`;
    return isLocal ? ok(about, says) : warn(about, says, setIt);
  }
  const { protocol, hostname } = new URL(publicUrl);
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol === 'https:' || isLocal) return ok(about, publicUrl);
  return warn(about, `${publicUrl} is not encrypted: API keys could be read on the way.`, setIt);
}
