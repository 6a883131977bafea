import type { Connector } from '#connector';
import { discover, isConnector } from '../../catalog/index.js';
import type { Config } from '../../config.js';
import { PlatformError } from '../../core/errors.js';
import type { Egress } from '../../core/ports.js';
import { fail, type Finding, ok, reasonOf, warn } from '../finding.js';

/** Whether each platform that calls can be imported from answers at its address. Any answer will do: no key is sent. */
export async function checkPlatforms({ apiUrls }: Config, egress: Egress): Promise<Finding[]> {
  const all = [...(await discover()).values()];
  const supported = all.filter(isConnector);
  const findings = await Promise.all(supported.map(each => checkPlatform(each, apiUrls, egress)));
  const unknown = [...apiUrls.keys()].filter(id => !supported.some(({ manifest }) => manifest.id === id));
  const strays = unknown.map(id =>
    warn(`platform ${id}`, 'Has an address and is not supported.', 'Check the names of PLATFORM_<ID>_API_URL.'),
  );
  const rest = all.length - supported.length;
  return [
    ...findings,
    ...strays,
    ok('platforms', `${supported.length} supported; ${rest} more are known and are not.`),
  ];
}

async function checkPlatform(
  connector: Connector,
  apiUrls: ReadonlyMap<string, string>,
  egress: Egress,
): Promise<Finding> {
  const { id, name } = connector.manifest;
  const { baseUrl } = connector.http;
  const replaced = apiUrls.get(id);
  const url = replaced ?? (typeof baseUrl === 'string' ? baseUrl : baseUrl({}));
  const about = `platform ${id}`;
  const startedAt = performance.now();
  try {
    const { status } = await egress.request({
      ...{ url, method: 'GET', headers: {}, timeoutMs: 8_000, maxBytes: 1_000_000 },
      signal: AbortSignal.timeout(10_000),
    });
    return ok(about, `${url} answers (${status} in ${Math.round(performance.now() - startedAt)} ms).`);
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'EGRESS_REFUSED')
      return fail(about, error.message, error.remedy ?? 'Add its host to PATCHBAY_EGRESS_ALLOW.');
    const reason = reasonOf(error);
    const says = `${url} does not answer (${reason}).`;
    if (replaced !== undefined) return fail(about, says, `Check the address that was set for ${name}, or start it.`);
    const noWay = ['EAI_AGAIN', 'ENOTFOUND', 'ENETUNREACH'].includes(reason);
    const remedy = noWay
      ? 'This machine seems to have no way into the internet: let it resolve names and open https connections.'
      : 'Check the firewall of this machine; the platform may be down.';
    return warn(about, says, remedy);
  }
}
