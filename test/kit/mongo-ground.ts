import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { startMongoDouble } from './mongo-double.js';

export interface TestMongo {
  /** Address with an empty database of its own. */
  readonly url: string;
  readonly client: MongoClient;
  close(): Promise<void>;
}

/** An empty database on the MongoDB of `MONGODB_URL`, else on a double in memory; prints which. */
export async function testMongo(): Promise<TestMongo> {
  const given = process.env.MONGODB_URL;
  const double = given === undefined ? await startMongoDouble() : undefined;
  console.info(
    double === undefined
      ? 'Jobs on MongoDB: tested against the MongoDB of MONGODB_URL.'
      : 'Jobs on MongoDB: tested against a double in memory, which proves our wiring and not how MongoDB behaves. Set MONGODB_URL for the real one.',
  );
  const url = withDatabase(given ?? double?.url ?? '', `patchbay_test_${randomBytes(6).toString('hex')}`);
  const client = new MongoClient(url);
  return {
    url,
    client,
    async close() {
      if (double === undefined) await client.db().dropDatabase();
      await client.close();
      await double?.close();
    },
  };
}

/** The tests put a line in between that can be cut, so it has to be one server, asked directly. */
function withDatabase(address: string, name: string): string {
  const url = new URL(address);
  if (url.protocol !== 'mongodb:' || url.hostname === '' || url.port === '') {
    throw new Error('For the tests, MONGODB_URL has to be mongodb:// with one host and a port.');
  }
  const { searchParams: options } = url;
  if (url.username !== '' && !options.has('authSource')) options.set('authSource', url.pathname.slice(1) || 'admin');
  options.delete('replicaSet');
  options.set('directConnection', 'true');
  url.pathname = name;
  return url.href;
}
