import type { Config } from '../../config.js';
import { openLog } from '../../infra/log.js';
import { askCollector } from '../../infra/traces/ask-collector.js';
import { fail, type Finding, ok } from '../finding.js';

const about = 'traces';

/** Whether somebody takes them. Nothing to find where nobody is to. */
export async function checkTraces({ traces }: Config): Promise<Finding[]> {
  if (traces === undefined) return [];
  const { host } = new URL(traces.url);
  const trouble = await askCollector(traces, openLog('silent'));
  if (trouble === undefined) return [ok(about, `${host} takes them.`)];
  return [
    fail(
      about,
      `${host} does not take them (${trouble}).`,
      'Check the variables OTEL_EXPORTER_OTLP_…, and that the port is that of OTLP over HTTP, usually 4318; the hub works without.',
    ),
  ];
}
