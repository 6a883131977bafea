import type { Check } from '../kit.js';
import { claim, claimSame } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'finds the transcript of every call that has one, and sets no call aside for having none',
  skip: ({ connector }) => (connector.transcripts === undefined ? 'the platform has no transcripts' : undefined),
  async run(subject) {
    const { calls, ids } = await walk(new World(subject));
    const having = calls.filter(({ transcript }) => transcript !== undefined);
    claimSame(
      having.map(({ draft }) => draft.externalId),
      ids,
      'transcripts',
    );
    for (const { transcript } of having) {
      const read = subject.connector.transcripts?.transcript(JSON.parse(String(transcript)));
      claim((read?.lines.length ?? 0) > 0, 'a transcript has no lines');
    }

    const silent = new World(subject, { withoutTranscript: 0.4 });
    const walked = await walk(silent);
    claimSame(walked.ids, silent.ids, 'calls without a transcript');
    claim(walked.unusable.length === 0, `${walked.unusable.length} calls were set aside`);
    claim(
      walked.calls.some(({ transcript }) => transcript === undefined),
      'every call has a transcript from nowhere',
    );
  },
};
