import { MongoBackend } from '@agendajs/mongo-backend';
import { type Db, MongoClient, MongoServerError, type TopologyDescription } from 'mongodb';
import type { Log } from '../../core/ports.js';
import type { Secret } from '../../core/secret.js';
import { StartupProblem } from '../../core/startup-problem.js';
import type { JobStore } from './store.js';

const collection = 'agenda_jobs';
const usualDatabase = 'patchbay';
/** For each step of an operation. A lock must outlive all of them. */
const patienceMs = 3_000;

/**
 * Jobs in a MongoDB. Loads only where `JOBS_URL` names one, since the driver is large.
 *
 * @throws StartupProblem when MongoDB cannot be reached, refuses the login, or its address cannot be understood.
 */
export async function openMongoStore(url: Secret<string>, log: Log): Promise<JobStore> {
  const client = openClient(url);
  client.on('error', error => log.debug('The driver of MongoDB stumbled.', { error }));
  const sight = watch(client, log);
  const db = client.db(databaseName(url));
  try {
    await client.connect();
    await makeIndex(db);
  } catch (cause) {
    await client.close().catch(() => undefined);
    throw new StartupProblem(
      `MongoDB at ${address(client)} cannot be reached or refuses the login (${reason(cause)}): check JOBS_URL.`,
    );
  }
  // The backend's own way to connect would also make a log that nobody writes, and end the process when that fails.
  const { repository } = new MongoBackend({ mongo: db, collection, ensureIndex: false });
  await repository.connect();
  return {
    repository,
    ...sight,
    async close() {
      client.removeAllListeners('topologyDescriptionChanged');
      await client.close();
    },
  };
}

/** The driver's messages about an address may quote the address, so they are not passed on. */
function openClient(url: Secret<string>): MongoClient {
  try {
    return new MongoClient(url.reveal(), {
      appName: 'patchbay agenda',
      maxPoolSize: 10,
      serverSelectionTimeoutMS: patienceMs,
      connectTimeoutMS: patienceMs,
      socketTimeoutMS: patienceMs,
      waitQueueTimeoutMS: patienceMs,
      heartbeatFrequencyMS: 2_000,
    });
  } catch (cause) {
    const { message, name } = cause as Error;
    const harmless = /^options? [\w, ]+ (is|are) not supported$/.test(message) ? message : name;
    throw new StartupProblem(
      `JOBS_URL is not an address that MongoDB's driver takes (${harmless}): check its options.`,
    );
  }
}

/** The login of an address cannot hold a slash, so the first one after it begins the name. */
function databaseName(url: Secret<string>): string {
  const [, name = ''] = /^[^:]+:\/\/[^/?]+\/([^?]*)/.exec(url.reveal()) ?? [];
  return name === '' ? usualDatabase : decodeURIComponent(name);
}

async function makeIndex(db: Db): Promise<void> {
  await db
    .collection(collection)
    .createIndex(
      { name: 1, nextRunAt: 1, priority: -1, lockedAt: 1, disabled: 1 },
      { name: 'findAndLockNextJobIndex' },
    );
}

/** Keeps in sight whether there is a server that can be written to, and says once when that changes. */
function watch(client: MongoClient, log: Log): Pick<JobStore, 'isThere' | 'onBack'> {
  const ears: (() => void)[] = [];
  let there = true;
  client.on('topologyDescriptionChanged', ({ previousDescription, newDescription }) => {
    const was = hasWritable(previousDescription);
    const is = hasWritable(newDescription);
    if (was && !is) {
      there = false;
      log.warn('MongoDB is away: what runs goes on, what is new waits until it is back.');
    } else if (is && !there) {
      there = true;
      log.info('MongoDB is back.');
      for (const hear of ears) hear();
    }
  });
  return { isThere: () => there, onBack: hear => void ears.push(hear) };
}

function hasWritable({ servers }: TopologyDescription): boolean {
  return [...servers.values()].some(server => server.isWritable);
}

function address({ options }: MongoClient): string {
  return options.srvHost ?? options.hosts.join(', ');
}

/** A word that says why and repeats nothing of the address. */
function reason(cause: unknown): string {
  if (cause instanceof MongoServerError) return String(cause.codeName ?? cause.code);
  const text = JSON.stringify(messages(cause));
  return /\bE[A-Z]{4,}\b/.exec(text)?.[0] ?? (cause as Error).name;
}

function messages(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 5) return [];
  return [error.message, ...messages(error.cause, depth + 1)];
}
