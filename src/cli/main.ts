import 'reflect-metadata';
import { parseArgs, styleText } from 'node:util';
import type { Finding } from './finding.js';

const help = `Usage: npm run patchbay -- <verb>

  doctor           tells what is configured, reachable and missing; ends with 1 when something has failed
  doctor --json    the same for programs: { ok, findings: [{ about, state, says, remedy }] }
  --help           this text

It reads the same environment as the hub, changes nothing, and prints no secrets.
`;

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

process.exitCode = await run(process.argv.slice(2));

async function run(argv: readonly string[]): Promise<number> {
  let asked;
  try {
    const options = { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } as const;
    asked = parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    return 1;
  }
  const { values, positionals } = asked;
  if (values.help) return say(help);
  if (positionals.length !== 1 || positionals[0] !== 'doctor') {
    process.stderr.write(positionals.length === 0 ? help : `There is no verb "${positionals.join(' ')}".\n\n${help}`);
    return 1;
  }
  const { examine } = await import('./doctor.js');
  const findings = await examine(process.env);
  const isWell = findings.every(({ state }) => state !== 'fail');
  say(values.json ? `${JSON.stringify({ ok: isWell, findings }, undefined, 2)}\n` : report(findings));
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
