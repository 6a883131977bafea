import 'reflect-metadata';
import { parseArgs, styleText } from 'node:util';
import type { Finding } from './finding.js';
import { help, helpOf } from './help.js';
import { hubVerbs } from './hub/help.js';
import { jsonText } from './plain.js';

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

const options = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  show: { type: 'boolean', default: false },
  reseal: { type: 'boolean', default: false },
  wait: { type: 'boolean', default: true },
  days: { type: 'string' },
  url: { type: 'string' },
  headers: { type: 'string' },
  body: { type: 'string' },
  at: { type: 'string' },
  'secret-file': { type: 'string' },
  hub: { type: 'string' },
  customer: { type: 'string' },
  connection: { type: 'string' },
  contact: { type: 'string' },
  endpoint: { type: 'string' },
  state: { type: 'string' },
  status: { type: 'string' },
  limit: { type: 'string' },
  for: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
} as const;

async function run(argv: readonly string[]): Promise<number> {
  let asked;
  try {
    asked = parseArgs({ args: [...argv], options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    return 1;
  }
  const { values, positionals } = asked;
  const [verb, act, id, ...rest] = positionals;
  if (values.help) return say(helpOf(verb));
  if (verb === 'keys' && rest.length === 0) {
    const { runKeys } = await import('./keys/run-keys.js');
    const { 'dry-run': dryRun, reseal, wait } = values;
    return runKeys(process.env, { act, id, dryRun, reseal, wait }, line => say(`${line}\n`));
  }
  if (verb !== undefined && hubVerbs.includes(verb)) {
    const { runHub } = await import('./hub/run-hub.js');
    const { isTTY, columns } = process.stdout;
    const terminal = { say, isLive: isTTY, columns: columns ?? 80 };
    return runHub(process.env, { words: positionals, ...values, dryRun: values['dry-run'] }, terminal);
  }
  if (verb === 'platform') {
    const { runPlatform } = await import('./platform/run-platform.js');
    const { 'secret-file': secretFile, ...said } = values;
    return runPlatform(process.env, { words: positionals.slice(1), secretFile, ...said }, say);
  }
  if (positionals.length !== 1 || verb !== 'doctor') {
    process.stderr.write(positionals.length === 0 ? help : `There is no verb "${positionals.join(' ')}".\n\n${help}`);
    return 1;
  }
  const { examine } = await import('./doctor.js');
  const findings = await examine(process.env);
  const isWell = findings.every(({ state }) => state !== 'fail');
  say(values.json ? `${jsonText({ ok: isWell, findings }, 2)}\n` : report(findings));
  return isWell ? 0 : 1;
}

function say(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

function report(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ about }) => about.length));
  const lines = findings.map(({ about, state, says, remedy }) => {
    const line = `${styleText(colours[state], state.padEnd(4))}  ${about.padEnd(width)}  ${says}`;
    return remedy === undefined ? line : `${line}\n${' '.repeat(width + 8)}→ ${remedy}`;
  });
  const count = (state: Finding['state']): number => findings.filter(finding => finding.state === state).length;
  return `${lines.join('\n')}\n\n${count('ok')} ok, ${count('warn')} warn, ${count('fail')} fail\n`;
}

process.exitCode = await run(process.argv.slice(2));
