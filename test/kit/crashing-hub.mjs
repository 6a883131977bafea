/**
 * A hub process that kills itself at a named point. It wraps the ports of the built hub, so the
 * product itself has no fail-points.
 *
 * CRASH_AT is `<point>` or `<point>:<n>` for its n-th time. The parent is told `{ reached: point }`.
 */
import { openHub } from '../../dist/src/app.js';
import { readConfig } from '../../dist/src/config.js';

const [wanted, times = '1'] = (process.env.CRASH_AT ?? '').split(':');
let left = Number(times);

function point(name) {
  if (name !== wanted) return;
  left -= 1;
  if (left > 0) return;
  process.kill(process.pid, 'SIGKILL');
}

/** What a transaction of a run is about, told by its statements. */
function statementPoint(text) {
  if (/epoch = epoch \+ 1, worker/.test(text)) return 'claim';
  if (/insert into run_slices/.test(text)) return 'plan';
  if (/from runs.* for update of runs$/s.test(text)) return 'fence';
  if (/insert into calls/.test(text)) return 'upsert';
  if (/update run_slices set cursor = \$3/.test(text)) return 'checkpoint';
  if (/update runs set stored = stored/.test(text)) return 'counters';
  if (/lease_until = null, worker = null, calls_per_second/.test(text)) return 'release';
  if (/quota_take/.test(text)) return 'leave';
  if (/update changes c set number/.test(text)) return 'numbering';
  if (/update endpoints e set leased_until/.test(text)) return 'taking';
  if (/insert into delivery_attempts/.test(text)) return 'noting';
  if (/update notice_messages set attempts/.test(text)) return 'taking notices';
  if (/update notice_messages set status = \$2/.test(text)) return 'noting notices';
  return undefined;
}

const commits = {
  claim: 'claim committed',
  plan: 'plan committed',
  counters: 'page committed',
  release: 'release committed',
  leave: 'leave granted',
  numbering: 'numbering committed',
  taking: 'taking committed',
  noting: 'noting committed',
  'taking notices': 'notices taken',
  'noting notices': 'notices noted',
};

function wrap(house) {
  const sql = {
    async transaction(reach, work) {
      let last;
      const result = await house.sql.transaction(reach, tx =>
        work({
          async rows(text, values) {
            const name = statementPoint(text);
            if (name !== undefined) point(`before ${name}`);
            const rows = await tx.rows(text, values);
            // Somebody looks all the time, and mostly there is nothing to take.
            if (name === 'taking notices' && rows.length === 0) return rows;
            if (name !== undefined) point(`after ${name}`);
            last = name ?? last;
            return rows;
          },
          async copyIn(...args) {
            point('before copy');
            await tx.copyIn(...args);
            point('after copy');
          },
        }),
      );
      if (commits[last] !== undefined) point(commits[last]);
      return result;
    },
  };
  const wrapEgress = egress => ({
    async request(request) {
      const kind = request.url.endsWith('/transcript')
        ? 'transcripts'
        : request.url.endsWith('/extensive')
          ? 'listing'
          : 'webhook-id' in request.headers
            ? 'message'
            : request.url.includes('/services/')
              ? 'chat'
              : 'other';
      point(`before ${kind} request`);
      const reply = await egress.request(request);
      point(`after ${kind} reply`);
      return reply;
    },
  });
  const [egress, endpointEgress] = [wrapEgress(house.egress), wrapEgress(house.endpointEgress)];
  const bus = {
    listen: (...args) => house.bus.listen(...args),
    publish(topic, message) {
      if (topic.startsWith('progress:')) point('before announcement');
      if (topic.startsWith('work')) point('before news of syncs');
      house.bus.publish(topic, message);
    },
  };
  const jobs = {
    add(...args) {
      point('before wake');
      return house.jobs.add(...args);
    },
  };
  const mailer = house.mailer && {
    ...house.mailer,
    async send(mail) {
      point('before handing mail in');
      await house.mailer.send(mail);
      point('after handing mail in');
    },
  };
  const keyring = {
    ...house.keyring,
    digest(purpose, data) {
      if (purpose === 'audit head') point('before audit entry');
      return house.keyring.digest(purpose, data);
    },
  };
  return { ...house, sql, egress, endpointEgress, bus, jobs, keyring, mailer };
}

const hub = await openHub(readConfig(process.env), { wrap });
process.stdout.write(`hub ready ${hub.url ?? ''}\n`);
process.on('SIGTERM', async () => {
  await hub.close();
  process.exit(0);
});
