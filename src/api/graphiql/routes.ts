import { createRequire } from 'node:module';
import path from 'node:path';
import { type Response, Router } from 'express';
import { page, script, style } from './page.js';

/** Nothing but what this hub serves, no script in the page, no frame around it. CodeMirror sets styles as it goes. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  'font-src data:',
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What the page is made of beside our own few lines, by the name that it asks for. */
const parts: Readonly<Record<string, readonly [owner: string, file: string]>> = {
  'react.js': ['react', 'umd/react.production.min.js'],
  'react-dom.js': ['react-dom', 'umd/react-dom.production.min.js'],
  'graphiql.js': ['graphiql', 'graphiql.min.js'],
  'graphiql.css': ['graphiql', 'graphiql.min.css'],
};
const ours: Readonly<Record<string, string>> = { 'page.js': script, 'page.css': style };

/** `/graphiql`: a page for trying queries, of files in our own packages. It asks for an API key like everybody else. */
export function graphiqlRoutes(): Router {
  const router = Router();
  const { resolve } = createRequire(import.meta.url);
  const socketFolder = path.dirname(resolve('graphql-ws/client'));

  router.get('/graphiql', (_request, response) => {
    response.set({ 'content-security-policy': policy, 'referrer-policy': 'no-referrer' });
    response.set('cross-origin-opener-policy', 'same-origin').type('text/html').send(page);
  });
  for (const [name, text] of Object.entries(ours)) {
    router.get(`/graphiql/${name}`, (_request, response) => void response.type(path.extname(name)).send(text));
  }
  for (const [name, [owner, file]] of Object.entries(parts)) {
    const root = path.dirname(resolve(`${owner}/package.json`));
    router.get(`/graphiql/${name}`, (_request, response) => send(response, root, file));
  }
  // The client of the socket is two files; the name of the second hangs on its version.
  router.get(/^\/graphiql\/graphql-ws\/((?:client|common-[\w-]+)\.js)$/, ({ params }, response) =>
    send(response, socketFolder, String(params[0])),
  );
  return router;
}

function send(response: Response, root: string, file: string): void {
  response.set('cache-control', 'public, max-age=3600');
  response.sendFile(file, { root, cacheControl: false, etag: false, lastModified: false, dotfiles: 'allow' });
}
