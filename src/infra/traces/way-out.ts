import type { Log } from '../../core/ports.js';
import { createEgress, type OpenEgress } from '../egress.js';

/** To whoever takes traces. The address is the operator's own, as the mail server's is: it may be private, and without TLS. */
export function wayOutTo(url: string, log: Log): OpenEgress {
  const { hostname, port, protocol } = new URL(url);
  const place = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
  return createEgress({ allow: [place], setting: 'OTEL_EXPORTER_OTLP_ENDPOINT', log });
}
