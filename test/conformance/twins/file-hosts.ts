import type { SimulatorDefinition } from '#connector';
import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpConnector } from './made-up-connector.js';
import { madeUpSimulator } from './made-up-simulator.js';

const { transcripts: _, ...untranscribed } = madeUpConnector;

/** Words lie in files, one for each call. */
const filing: SimulatorDefinition = {
  ...madeUpSimulator,
  open(options) {
    const opened = madeUpSimulator.open(options);
    return {
      ...opened,
      answer(request) {
        const [, kind, id] = request.path.split('/');
        if (kind === 'files') return { status: 200, kind: 'file', body: { call: id, said: [['Ada', 0, 'Hello']] } };
        if (kind !== 'words') return opened.answer(request);
        const location = `https://files.made-up.example/files/${id}`;
        return { status: 302, kind: 'transcripts', headers: { location }, body: {} };
      },
    };
  },
};

export const twin: Twin = {
  flaw: 'takes the hosts of others for those of the platform',
  subject: {
    ...madeUp(),
    simulator: filing,
    connector: {
      ...untranscribed,
      http: { ...madeUpConnector.http, mediaDomains: ['made-up.example', 'elsewhere.test'] },
      transcriptOfCall: {
        key: ({ externalId }) => externalId,
        request: id => ({ path: `/words/${id}` }),
        transcript: () => ({ lines: [] }),
      },
    },
  },
};
