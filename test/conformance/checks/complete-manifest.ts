import type { Check, Subject } from '../kit.js';
import { claim } from '../kit.js';
import { openingOf } from '../opening.js';

export const check: Check = {
  fact: 'says who the platform is, completely and under the name of its folder',
  async run({ folder, connector, simulator }: Subject) {
    const { manifest, auth, http, limits, calls, transcripts } = connector;
    claim(manifest.id === folder, `the id is ${manifest.id} and the folder is ${folder}`);
    claim(manifest.name.trim() !== '', 'the name is empty');
    claim(URL.parse(manifest.docs)?.protocol === 'https:', 'docs is no https address');
    claim(/^\d{4}-\d{2}-\d{2}$/.test(manifest.verifiedOn), 'verifiedOn is not a date such as 2026-01-31');
    claim(!Number.isNaN(Date.parse(manifest.verifiedOn)), 'verifiedOn is not a date of the calendar');
    claim(manifest.support === 'supported' || Boolean(manifest.caveat), 'what is not fully supported needs a caveat');
    claim(manifest.customerBrings.length > 0 && manifest.customerBrings.every(Boolean), 'customerBrings is empty');
    claim(
      limits.length > 0 && limits.every(limit => limit.requests > 0 && limit.seconds > 0),
      'limits are missing or not positive',
    );
    claim(calls.pageSize > 0 && calls.settleHours > 0, 'pageSize and settleHours must be positive');
    claim(transcripts === undefined || transcripts.batchSize > 0, 'batchSize must be positive');
    claim(
      auth.every(({ remedy, label }) => remedy !== '' && label !== ''),
      'every way in needs a label and a remedy',
    );
    const fields = openingOf({ auth })
      .fields.map(({ name }) => name)
      .sort();
    claim(
      fields.join() === Object.keys(simulator.secret).sort().join(),
      'the fields are not those that the simulator accepts',
    );
    for (const [isKnown, isUsed, what] of knownOnBothSides({ connector, simulator }))
      claim(!isKnown || isUsed, `the pretend platform has ${what}, of which the connector says nothing`);
    const base = URL.parse(typeof http.baseUrl === 'string' ? http.baseUrl : http.baseUrl({}));
    claim(base?.protocol === 'https:', 'the base URL is not https');
    claim(
      base.hostname === http.domain || base.hostname.endsWith(`.${http.domain}`),
      'the base URL lies outside the domain',
    );
  },
};

/** What no check would look at if the connector did not say it. */
function knownOnBothSides({
  connector: { http, webhooks },
  simulator,
}: Pick<Subject, 'connector' | 'simulator'>): readonly (readonly [boolean, boolean, string])[] {
  const hasPenalty = simulator.limits.some(({ penaltySeconds = 0 }) => penaltySeconds > 0);
  return [
    [simulator.webhooks !== undefined, webhooks !== undefined, 'events of its own'],
    [simulator.webhooks?.challenge !== undefined, webhooks?.challenge !== undefined, 'a challenge'],
    [hasPenalty, http.silentWaitSeconds !== undefined, 'a penalty'],
    [simulator.hasFiles ?? false, http.mediaDomains !== undefined, 'hosts for files'],
    [simulator.limitHeaders !== undefined, http.quotaHeaders?.limit !== undefined, 'headers that tell its limits'],
  ];
}
