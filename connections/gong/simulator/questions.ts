/**
 * What may be asked: every parameter of the published interface, and nothing else. A pretend platform
 * that shrugs at a misspelt parameter would hide the mistake that the real one punishes.
 */
type Shape = 'text' | 'texts' | 'flag' | { readonly [key: string]: Shape };

const callsFilter = { fromDateTime: 'text', toDateTime: 'text', workspaceId: 'text', callIds: 'texts' } as const;

const oldContent = ['pointsOfInterest', 'structure', 'topics', 'trackerOccurrences', 'trackers'];
/** Younger than the vendor's specification that we hold; its clients use them. */
const newContent = ['brief', 'outline', 'highlights', 'callOutcome', 'keyPoints'];
const content: Shape = Object.fromEntries([...oldContent, ...newContent].map(name => [name, 'flag']));

export const extensiveBody: Shape = {
  cursor: 'text',
  filter: { ...callsFilter, primaryUserIds: 'texts' },
  contentSelector: {
    context: 'text',
    contextTiming: 'texts',
    exposedFields: {
      collaboration: { publicComments: 'flag' },
      content,
      interaction: { personInteractionStats: 'flag', questions: 'flag', speakers: 'flag', video: 'flag' },
      media: 'flag',
      parties: 'flag',
    },
  },
};
export const transcriptBody: Shape = { cursor: 'text', filter: callsFilter };

/** One sentence for everything about the value that the interface does not allow. */
export function bodyRefusals(value: unknown, shape: Shape, path = ''): readonly string[] {
  if (shape === 'text') return typeof value === 'string' ? [] : [`${path} must be a string`];
  if (shape === 'flag') return typeof value === 'boolean' ? [] : [`${path} must be true or false`];
  if (shape === 'texts') {
    const fine = Array.isArray(value) && value.length > 0 && value.every(item => typeof item === 'string');
    return fine ? [] : [`${path} must be a list of strings that is not empty`];
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [`${path || 'The body'} must be an object`];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = path ? `${path}.${key}` : key;
    const expected = Object.hasOwn(shape, key) ? shape[key] : undefined;
    return expected ? bodyRefusals(inner, expected, place) : [`Unknown parameter: ${place}`];
  });
}

export function queryRefusals(query: URLSearchParams, known: readonly string[]): readonly string[] {
  return [...query.keys()].filter(name => !known.includes(name)).map(name => `Unknown parameter: ${name}`);
}

export interface CallsFilter {
  readonly fromDateTime?: string | undefined;
  readonly toDateTime?: string | undefined;
  readonly workspaceId?: string | undefined;
  readonly callIds?: readonly string[] | undefined;
  readonly primaryUserIds?: readonly string[] | undefined;
}

export function filterRefusals(filter: CallsFilter): readonly string[] {
  const refusals: string[] = [];
  for (const name of ['fromDateTime', 'toDateTime'] as const) {
    if (filter[name] !== undefined && Number.isNaN(moment(filter[name]))) {
      refusals.push(`${name} is not an ISO-8601 date and time with an offset: ${filter[name]}`);
    }
  }
  const { fromDateTime, toDateTime, callIds } = filter;
  if (fromDateTime && toDateTime && moment(fromDateTime) > moment(toDateTime)) {
    refusals.push('fromDateTime must not be after toDateTime');
  }
  if (callIds && callIds.length > 100) refusals.push(`callIds holds ${callIds.length} ids; at most 100 are allowed`);
  return refusals;
}

export function selectorRefusals(selector: object): readonly string[] {
  const { context = 'None', contextTiming = [] } = selector as { context?: string; contextTiming?: readonly string[] };
  const refusals: string[] = [];
  if (!['None', 'Basic', 'Extended'].includes(context))
    refusals.push(`contentSelector.context has no value ${context}`);
  const strange = contextTiming.find(timing => !['Now', 'TimeOfCall'].includes(timing));
  if (strange) refusals.push(`contentSelector.contextTiming has no value ${strange}`);
  return refusals;
}

/** Epoch milliseconds; not a number when the text is not a time with an offset. */
export function moment(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}
