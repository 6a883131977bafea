import { Secret } from '../../src/core/secret.js';
import { prepareDatabase } from '../../src/infra/database.js';
import { openFaultProxy } from '../kit/fault-proxy.js';
import { readyDatabase } from '../kit/database.js';
import { keysOf, usualKey } from '../kit/keys.js';
import { testMongo } from '../kit/mongo-ground.js';
import { contract } from './contract.js';

contract(process.env.MONGODB_URL === undefined ? 'a double of MongoDB' : 'MongoDB', async () => {
  const database = await readyDatabase();
  const { url: busUrl } = await prepareDatabase(database.url, keysOf(usualKey));
  const mongo = await testMongo();
  const line = await openFaultProxy(mongo.url);
  return {
    busUrl,
    where: way => ({ jobs: new Secret(way === 'straight' ? mongo.url : line.via(mongo.url)), databaseUrl: '' }),
    line,
    kept: async name =>
      (await mongo.client.db().collection('agenda_jobs').find({ name }).toArray()).map(({ data }) => ({ data })),
    async close() {
      await line.close();
      await mongo.close();
      await database.drop();
    },
  };
});
