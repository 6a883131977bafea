/** The anchor: graphql-ws as its papers put it together, and the hub's own news from the database. DATABASE_URL, TOPIC. */
import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import pg from 'pg';
import { WebSocketServer } from 'ws';

const schema = buildSchema(`
  type ImportProgress { status: String! finished: Boolean! sequence: Float! stored: Int! found: Int transcripts: Int! }
  type Query { nothing: Int }
  type Subscription { importProgress(importId: ID!): ImportProgress! }
`);
const present = { status: 'RUNNING', finished: false, sequence: 0, stored: 0, found: null, transcripts: 0 };
const news = new EventEmitter().setMaxListeners(0);
schema.getSubscriptionType().getFields().importProgress.subscribe = async function* () {
  const events = on(news, 'progress');
  yield { importProgress: present };
  for await (const [progress] of events) yield { importProgress: progress };
};

const listener = new pg.Client({ connectionString: process.env.DATABASE_URL });
await listener.connect();
listener.on('notification', ({ payload }) => {
  const { topic, message } = JSON.parse(payload);
  if (topic === process.env.TOPIC) news.emit('progress', message);
});
await listener.query('listen patchbay');
const server = createServer();
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
server.listen(0, '127.0.0.1', () => process.stdout.write(`hub ready http://127.0.0.1:${server.address().port}\n`));
process.on('SIGTERM', () => process.exit(0));
