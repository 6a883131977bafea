export { type AskOptions, type Asker, type Fetcher, makeAsk, type SentRequest } from './ask.js';
export type { Sleep } from './back-off.js';
export { CursorDied } from './cursor-died.js';
export type { FetchedCall, Haul, Unusable } from './haul.js';
export type { Purpose } from './judge.js';
export type { Pacer, Permit } from './pacer.js';
export { planSlices, splitSlice } from './plan-slices.js';
export { fetchPage, type PullOptions } from './pull.js';
