import { PatchbayError } from '../../core/errors.js';
import type { Log } from '../../core/ports.js';
import type { TracesPlace } from '../traces.js';
import { contentType } from './content-type.js';
import { wayOutTo } from './way-out.js';

/** Sends no spans at all, in the form in which some would be. @returns why they would not be taken; undefined when they would. */
export async function askCollector({ url, format, headers }: TracesPlace, log: Log): Promise<string | undefined> {
  const egress = wayOutTo(url, log);
  try {
    const { status } = await egress.request({
      ...{ url, method: 'POST', headers: { ...headers?.reveal(), 'content-type': contentType[format] } },
      // Nothing is a message in protobuf.
      body: format === 'http/json' ? '{"resourceSpans":[]}' : new Uint8Array(),
      ...{ signal: new AbortController().signal, timeoutMs: 5_000, maxBytes: 64 * 1024 },
    });
    return status >= 200 && status < 300 ? undefined : `status ${status}`;
  } catch (error) {
    return error instanceof PatchbayError ? error.message : 'no answer';
  } finally {
    await egress.close();
  }
}
