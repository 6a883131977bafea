import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpConnector } from './made-up-connector.js';

const { transcripts } = madeUpConnector;

export const twin: Twin = {
  flaw: 'does not see that transcripts come in pages too',
  subject: madeUp(transcripts && { transcripts: { ...transcripts, page: () => ({}) } }),
};
