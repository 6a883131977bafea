import type { EgressReply, EgressRequest } from './core/ports.js';
import { traceparent, type Traces } from './core/traces.js';

/** Sends a request as a part of the trace that it belongs to, if any. Of its address the host is told, and of a platform's the path without ids. */
export function tracedRequest(
  traces: Traces,
  platform: string,
  { method, url }: EgressRequest,
  send: () => Promise<EgressReply>,
): Promise<EgressReply> {
  if (traceparent() === undefined) return send();
  const { hostname, port, protocol, pathname = '' } = URL.parse(url) ?? {};
  // Addresses that are no platform's may have a secret for a path, as those of Slack do.
  const template = platform === 'other' ? undefined : shapeOf(pathname);
  const attributes = {
    'patchbay.platform': platform,
    'http.request.method': method,
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'http:' ? 80 : 443)),
    'url.scheme': protocol?.slice(0, -1),
    'url.template': template,
  };
  const name = template === undefined ? method : `${method} ${template}`;
  return traces.span(name, { kind: 'client', isPart: true, attributes }, async span => {
    const reply = await send();
    span.note({ 'http.response.status_code': reply.status });
    if (reply.status >= 400) span.fail(String(reply.status));
    return reply;
  });
}

/** Words of an interface, such as `call-log`, `v1.0` or `callHistory`. Whatever else stands in a path is an id. */
const word = /^(?:v\d{1,2}(?:\.\d{1,2})?|~|(?=.{1,24}$)[a-z]+(?:[A-Z][a-z]+){0,2}(?:[-_.][a-z]+)*)$/;

function shapeOf(path: string): string {
  return path
    .split('/')
    .map(part => (part === '' || word.test(part) ? part : '{}'))
    .join('/');
}
