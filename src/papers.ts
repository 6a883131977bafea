/**
 * Writes what is generated: `schema.graphql` and the tables of the README. With `--check` it writes
 * nothing and ends with 1 when something is stale.
 */
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { buildApiSchema, schemaText } from './api/index.js';
import { kept, resolvers } from './app.js';
import { discover, matrix, matrixMarkdown } from './catalog/index.js';
import { configMarkdown } from './config.js';
import { errorCodes } from './core/errors.js';
import { metricsMarkdown } from './core/metrics.js';
import { retentionMarkdown } from './core/retention.js';

const root = findRoot();

const papers = new Map([
  ['schema.graphql', schemaText(await buildApiSchema(resolvers))],
  ['README.md', await readme()],
]);
const stale = [...papers].filter(([file, text]) => read(file) !== text).map(([file]) => file);

if (!process.argv.includes('--check')) {
  for (const file of stale) writeFileSync(new URL(file, root), papers.get(file) ?? '');
} else if (stale.length > 0) {
  process.stderr.write(`Stale: ${stale.join(', ')}. Run \`npm run papers\` and commit what it writes.\n`);
  process.exitCode = 1;
}

async function readme(): Promise<string> {
  const sections = {
    matrix: matrixMarkdown(matrix(await discover())),
    configuration: configMarkdown(),
    metrics: metricsMarkdown(),
    retention: retentionMarkdown(kept),
    'error codes': [
      '| code | meaning |',
      '|---|---|',
      ...Object.entries(errorCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`),
    ].join('\n'),
  };
  return Object.entries(sections).reduce(
    (text, [name, content]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`),
        (_, open: string, end: string) => `${open}${content.trim()}\n${end}`,
      ),
    read('README.md'),
  );
}

function read(file: string): string {
  try {
    return readFileSync(new URL(file, root), 'utf8');
  } catch {
    return '';
  }
}

/** The project's folder, from `src/` as from `dist/src/`. */
function findRoot(): URL {
  const here = new URL('../', import.meta.url);
  return here.pathname.endsWith('/dist/') ? new URL('../', here) : here;
}
