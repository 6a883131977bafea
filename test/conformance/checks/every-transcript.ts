import { type Lack, transcriptReader } from '#connector';
import type { Check, Subject } from '../kit.js';
import { claim, claimSame } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'finds the transcript of every call that has one, by every way in, and sets no call aside for having none',
  async run(subject) {
    await claimTranscripts(subject, []);
    if (subject.connector.calls.inlineTranscript !== undefined) await claimTranscripts(subject, ['inline-transcripts']);
  },
};

async function claimTranscripts(subject: Subject, lacks: readonly Lack[]): Promise<void> {
  const { calls, ids } = await walk(new World(subject, { lacks }));
  const having = calls.filter(({ transcript }) => transcript !== undefined);
  claimSame(
    having.map(({ draft }) => draft.externalId),
    ids,
    'transcripts',
  );
  for (const { transcript } of having) {
    const read = transcriptReader(subject.connector)?.transcript(JSON.parse(String(transcript)));
    claim((read?.lines.length ?? 0) > 0, 'a transcript has no lines');
  }

  const silent = new World(subject, { lacks, withoutTranscript: 0.4 });
  const walked = await walk(silent);
  claimSame(walked.ids, silent.ids, 'calls without a transcript');
  claim(walked.unusable.length === 0, `${walked.unusable.length} calls were set aside`);
  claim(
    walked.calls.some(({ transcript }) => transcript === undefined),
    'every call has a transcript from nowhere',
  );
}
