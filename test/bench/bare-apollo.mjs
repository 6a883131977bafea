/** The anchor: Apollo on Express as their papers put them together, and one row read by the driver. DATABASE_URL, PORT. */
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const apollo = new ApolloServer({
  typeDefs: `type Call { id: ID! title: String startedAt: String! durationSeconds: Int } type Query { call(id: ID!): Call }`,
  resolvers: {
    Query: {
      call: async (_, { id }) => {
        const { rows } = await pool.query(
          'select id, title, started_at as "startedAt", duration_seconds as "durationSeconds" from calls where id = $1',
          [id],
        );
        return rows[0];
      },
    },
    Call: { startedAt: ({ startedAt }) => startedAt.toISOString() },
  },
});
await apollo.start();
const app = express();
app.use('/graphql', express.json(), expressMiddleware(apollo));
const server = app.listen(0, '127.0.0.1', () =>
  process.stdout.write(`hub ready http://127.0.0.1:${server.address().port}\n`),
);
process.on('SIGTERM', () => process.exit(0));
