import { defineSimulator, type SimulatedReply, type SimulatedRequest, type SimulatorOptions } from '#connector';
import { madeUpHooks, madeUpSimulatedWebhooks } from './made-up-webhooks.js';

const pageSize = 40;
const wordsPerReply = 20;
const firstId = 9_007_199_254_740_993n;

/** The platform that the made-up connector speaks to. */
export const madeUpSimulator = defineSimulator({
  limits: [
    { requests: 4, seconds: 1 },
    { requests: 60, seconds: 60, penaltySeconds: 30 },
  ],
  secret: { token: 'made-up-canary-token' },
  limitHeaders: ({ limit }) => ({ 'X-Limit': String(limit) }),
  tooMany: seconds => ({
    status: 429,
    headers: { 'Retry-After': String(seconds) },
    body: { error: 'slow down' },
    kind: 'limited',
  }),
  fault: status => ({ status, body: { error: 'broken' }, kind: 'fault' }),
  webhooks: madeUpSimulatedWebhooks,
  open: options => {
    const hooks = madeUpHooks();
    const all = rowsOf(options);
    const late = new Set(options.late?.map(position => String(firstId + BigInt(position))));
    let rows: readonly Row[] = all.filter(({ id }) => !late.has(id));
    let epoch = 0;
    return {
      answer: request => {
        if (request.headers.authorization !== 'Bearer made-up-canary-token')
          return { status: 401, body: { error: 'who?' }, kind: 'auth' };
        if (request.path === '/me')
          return ok('me', { company: { key: `company-${options.account}`, title: 'Made Up Ltd' } });
        if (request.path.startsWith('/hooks')) return hooks(request);
        if (request.path === '/words') return words(request, options);
        const within = rows.filter(
          ({ at }) => at >= (request.query.get('from') ?? '') && at < (request.query.get('to') ?? ''),
        );
        if (request.path === '/calls/count') return ok('count', { count: new Set(within.map(({ id }) => id)).size });
        return within.length === 0
          ? { status: 404, body: { error: 'nothing here' }, kind: 'list' }
          : list(request, within, epoch);
      },
      expireCursors: () => void epoch++,
      reveal: () => {
        rows = all;
      },
      idsWithin: (from, to) => [...new Set(rows.filter(({ at }) => at >= from && at < to).map(({ id }) => id))],
    };
  },
  golden: {
    item: { id: '12345678901234567890', at: '2026-01-02T03:04:05.000Z', ms: 65_000, people: ['Ada', 'Grace'] },
    call: {
      externalId: '12345678901234567890',
      medium: 'phone',
      startedAt: '2026-01-02T03:04:05.000Z',
      durationSeconds: 65,
      participants: [{ name: 'Ada' }, { name: 'Grace' }],
      recordings: [],
    },
    transcriptDocument: { call: '12345678901234567890', said: [['Ada', 1.5, 'Hello']] },
    transcript: { lines: [{ speakerName: 'Ada', startSeconds: 1.5, text: 'Hello' }] },
  },
});

interface Row {
  readonly id: string;
  readonly at: string;
  readonly ms: number;
  readonly people: readonly string[] | null;
}

function rowsOf({
  calls,
  from,
  to,
  invisible,
  duplicates = 0,
  disorder = 0,
  broken = [],
}: SimulatorOptions): readonly Row[] {
  if (invisible) return [];
  const step = (Date.parse(to) - Date.parse(from)) / calls;
  const rows = Array.from({ length: calls }, (_, i) => ({
    id: String(firstId + BigInt(i)),
    at: new Date(Date.parse(from) + Math.floor(i * step)).toISOString(),
    ms: 1_000 * (i + 1),
    people: broken.includes(i) ? null : ['Ada', 'Grace'],
  }));
  const moved = rows
    .map((row, i) => ({ row, place: i + ((i * 7) % (disorder + 1)) }))
    .sort((a, b) => a.place - b.place);
  const again = duplicates === 0 ? [] : rows.filter((_, i) => i % Math.round(1 / duplicates) === 0);
  return [...moved.map(({ row }) => row), ...again];
}

function list({ query }: SimulatedRequest, within: readonly Row[], epoch: number): SimulatedReply {
  const [of = String(epoch), start = '0'] = query.get('after')?.split('-') ?? [];
  if (Number(of) !== epoch) return { status: 410, body: { error: 'gone' }, kind: 'list' };
  const end = Number(start) + pageSize;
  return ok('list', {
    page: {
      of: within.length,
      calls: within.slice(Number(start), end),
      ...(end < within.length && { after: `${epoch}-${end}` }),
    },
  });
}

function words({ body }: SimulatedRequest, { withoutTranscript = 0 }: SimulatorOptions): SimulatedReply {
  const { ids, after = '0' } = body as { ids: readonly string[]; after?: string };
  const start = Number(after);
  const end = start + wordsPerReply;
  const having = ids.slice(start, end).filter(id => Number(id.slice(-2)) >= withoutTranscript * 100);
  return ok('transcripts', {
    words: having.map(call => ({ call, said: [['Ada', 0, `This is call ${call}.`]] })),
    ...(end < ids.length && { after: String(end) }),
  });
}

function ok(kind: string, body: unknown): SimulatedReply {
  return { status: 200, body, kind };
}
