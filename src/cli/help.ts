import { hubHelp, hubNote, hubVerbs } from './hub/help.js';
import { keysHelp } from './keys/help.js';
import { platformHelp } from './platform/help.js';

const usage = 'Usage: npm run patchbay -- <verb>\n\n';
const verbs = `  doctor           tells what is configured, reachable and missing; ends with 1 when something has failed
  doctor --json    the same for programs: { ok, findings: [{ about, state, says, remedy }] }
${hubHelp}${hubNote}${keysHelp}${platformHelp}`;

export const help = `${usage}${verbs}  --help           this text, or after a verb its part alone

It reads the same environment as the hub and prints no secrets. What lists, counts, checks or watches changes nothing.
`;

/** The part of a verb; the whole where there is no such verb. */
export function helpOf(verb: string | undefined): string {
  const parts = verbs.replace(hubNote, '').split(/^(?= {2}\S)/m);
  const own = parts.filter(part => verb !== undefined && part.startsWith(`  ${verb} `));
  if (own.length === 0) return help;
  return `${usage}${own.join('')}${hubVerbs.includes(verb as string) ? hubNote : ''}`;
}
