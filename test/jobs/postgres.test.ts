import { prepareDatabase } from '../../src/infra/database.js';
import { openFaultProxy } from '../kit/fault-proxy.js';
import { readyDatabase } from '../kit/database.js';
import { keysOf, usualKey } from '../kit/keys.js';
import { contract } from './contract.js';

contract('PostgreSQL', async () => {
  const database = await readyDatabase();
  const { url } = await prepareDatabase(database.url, keysOf(usualKey));
  const line = await openFaultProxy(url);
  return {
    busUrl: url,
    where: way => ({ jobs: 'postgres', databaseUrl: way === 'straight' ? url : line.via(url) }),
    line,
    kept: name => database.query('select data from jobs.agenda_jobs where name = $1', [name]),
    async close() {
      await line.close();
      await database.drop();
    },
  };
});
