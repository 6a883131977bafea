/** What notices say, in English. Another language is another file like this. Names are made inert where they are sent. */

interface Content {
  readonly title: string;
  readonly lines: readonly string[];
  readonly link?: { readonly label: string; readonly url: string };
}

interface Told {
  readonly kind: 'opened' | 'worse' | 'unstable' | 'reminder' | 'resolved' | 'escalated';
  readonly severity: 'WARNING' | 'ERROR' | 'PAGE';
  readonly problem: string;
  readonly remedy: string;
  readonly customer: string | undefined;
  readonly account: string | undefined;
  readonly owner: 'CUSTOMER' | 'OPERATOR' | 'PLATFORM' | 'US';
  readonly since: Date;
  readonly until?: Date;
  readonly imports: number;
  readonly syncs: number;
  /** Set when it is over: what came meanwhile, and what is known to be missing still. */
  readonly caughtUp?: number;
  readonly missing?: number;
  readonly link?: string | undefined;
  /** Set when it is told because nobody has acknowledged it for so long. */
  readonly hours?: number;
}

interface Standing {
  readonly account: string | undefined;
  readonly problem: string;
  readonly since: Date;
}

const owners = {
  CUSTOMER: 'the customer',
  OPERATOR: 'whoever runs this hub',
  PLATFORM: 'the platform; it mostly ends by itself',
  US: 'engineering',
} as const;
const severities = { WARNING: 'Warning', ERROR: 'Error', PAGE: 'Urgent' } as const;
const kinds = {
  ...{ opened: '', worse: 'worse: ', unstable: 'comes and goes: ', reminder: 'still: ' },
  escalated: 'nobody looks after it: ',
} as const;

export const notices = {
  alert(told: Told): Content {
    const { kind, severity, problem, remedy, customer, account, owner, since, imports, syncs, link, hours } = told;
    const about = [customer, account].filter(name => name !== undefined).join(', ');
    if (kind === 'resolved') return over(told, about);
    const waits = [count(imports, 'import'), count(syncs, 'sync')].filter(text => text !== '').join(' and ');
    return {
      title: `${severities[severity]}: ${kinds[kind]}${problem}`,
      lines: [
        ...(about === '' ? [] : [`About: ${about}`]),
        `Since: ${when(since)}`,
        ...(hours === undefined ? [] : [`Unacknowledged: for ${hours} hours`]),
        ...(waits === '' ? [] : [`Waits for it: ${waits}`]),
        `Who has to act: ${owners[owner]}`,
        `What to do: ${remedy}`,
      ],
      ...(link !== undefined && { link: { label: 'Reconnect link for the contact', url: link } }),
    };
  },

  standing({
    customer,
    alerts,
  }: {
    readonly customer: string | undefined;
    readonly alerts: readonly Standing[];
  }): Content {
    return {
      title: `${customer === undefined ? 'The hub has trouble' : `Not importing: ${customer}`}, and nobody has looked after it for three days: ${count(alerts.length, 'alert')}`,
      lines: alerts.map(({ account, problem, since }) =>
        [...(account === undefined ? [] : [`${account}:`]), problem, `Since ${when(since)}.`].join(' '),
      ),
    };
  },

  test({ by, channel }: { readonly by: string; readonly channel: string }): Content {
    return {
      title: 'This is a test: notices arrive here',
      lines: [`${by} has set up "${channel}" and tries it out.`, 'There is nothing to do.'],
    };
  },

  importDone(done: {
    readonly customer: string;
    readonly platform: string;
    readonly account: string;
    readonly stored: number;
    readonly unusable: number;
    readonly by: string;
    readonly link: string | undefined;
  }): Content {
    const { customer, platform, account, stored, unusable, by, link } = done;
    return {
      title: `Import done: ${stored} calls from ${platform}`,
      lines: [
        `About: ${customer}, ${account}`,
        ...(unusable > 0 ? [`Records that could not be used: ${unusable}`] : []),
        `Asked for by: ${by}`,
      ],
      ...(link !== undefined && { link: { label: 'See the calls', url: link } }),
    };
  },

  many: (count: number, worst: 'NEWS' | 'WARNING' | 'ERROR' | 'PAGE'): string =>
    `${count} notices${worst === 'NEWS' ? '' : `, ${severities[worst].toLowerCase()} and less`}`,
  digest: (every: 'DAILY' | 'WEEKLY', count: number): string =>
    `${every === 'DAILY' ? 'Summary of the day' : 'Summary of the week'}: ${count === 1 ? '1 notice' : `${count} notices`}`,
  rest: (count: number): string => `and ${count} more; the query \`notices\` lists them all.`,
};

function over({ problem, since, until, caughtUp, missing, severity }: Told, about: string): Content {
  return {
    title: `Over: ${problem}`,
    lines: [
      ...(about === '' ? [] : [`About: ${about}`]),
      `Was: ${severities[severity]}, for ${lasting(since, until ?? since)}, from ${when(since)}`,
      ...(caughtUp === undefined ? [] : [`Calls brought since it began: ${caughtUp}`]),
      ...(missing === undefined ? [] : [`Calls still missing: ${missing}`]),
      'There is nothing to do.',
    ],
  };
}

function count(number: number, thing: string): string {
  return number === 0 ? '' : `${number} ${thing}${number === 1 ? '' : 's'}`;
}

function when(date: Date): string {
  return `${date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })} UTC`;
}

function lasting(from: Date, to: Date): string {
  const minutes = Math.max(1, Math.round((to.getTime() - from.getTime()) / 60_000));
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
