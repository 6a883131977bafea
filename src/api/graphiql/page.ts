/** The page, in which nothing stands that is run: scripts come from files of this hub alone. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Patchbay: try the API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/graphiql.css">
<link rel="stylesheet" href="/graphiql/page.css">
<script defer src="/graphiql/react.js"></script>
<script defer src="/graphiql/react-dom.js"></script>
<script defer src="/graphiql/graphiql.js"></script>
<script type="module" src="/graphiql/page.js"></script>
</head>
<body>
<form id="door">
<label for="key">API key</label>
<input id="key" type="password" autocomplete="off" spellcheck="false" placeholder="pb_…" required>
<button type="submit">Use</button>
<output id="told" for="key">Kept by this tab until it is closed.</output>
</form>
<main id="graphiql"></main>
</body>
</html>
`;

export const style = `body { margin: 0; display: flex; flex-direction: column; height: 100vh; font: 14px/1.4 system-ui, sans-serif; }
#door { display: flex; gap: 8px; align-items: center; padding: 8px 12px; border-bottom: 1px solid #ccd; }
#key { width: 24em; max-width: 50vw; padding: 4px 8px; }
#graphiql { flex: 1; min-height: 0; }
`;

/** What the browser runs. Plain words of its own, since it is no part of the hub's program. */
export const script = `import { createClient } from './graphql-ws/client.js';

const { React, ReactDOM, GraphiQL, sessionStorage, location } = globalThis;
const place = 'patchbay-api-key';
const field = document.querySelector('#key');
const root = ReactDOM.createRoot(document.querySelector('#graphiql'));
const authorization = () => 'Bearer ' + (sessionStorage.getItem(place) ?? '');
const first = '# Set an API key above, then press Ctrl-Enter.\\n\\n{\\n  viewer {\\n    name\\n    role\\n  }\\n}\\n';

const connect = () =>
  createClient({
    url: location.origin.replace(/^http/, 'ws') + '/graphql',
    connectionParams: () => ({ authorization: authorization() }),
  });
let socket = connect();

/** Read from the text itself: what GraphiQL has read of it may be a moment old. */
const isSubscription = ({ query, operationName }) => {
  const bare = query.replace(/"""[^]*?"""|"(?:[^"\\\\\\n]|\\\\.)*"|#.*/g, ' ');
  let depth = 0;
  const operations = [];
  for (const [word, kind, name] of bare.matchAll(/[{}]|\\b(query|mutation|subscription|fragment)\\b\\s*(\\w*)/g)) {
    if (word === '{') depth += 1;
    else if (word === '}') depth -= 1;
    else if (depth === 0 && kind !== 'fragment') operations.push({ kind, name });
  }
  const chosen = operations.find(({ name }) => name === operationName) ?? operations[0];
  return chosen?.kind === 'subscription';
};

const fetcher = async asked => {
  if (isSubscription(asked)) return socket.iterate(asked);
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', authorization: authorization() },
    body: JSON.stringify(asked),
  });
  return response.json();
};

/** A new key reads the schema anew. */
let keys = 0;
const show = () =>
  root.render(
    React.createElement(
      GraphiQL,
      { key: keys, fetcher, defaultQuery: first, isHeadersEditorEnabled: false, shouldPersistHeaders: false },
      React.createElement(GraphiQL.Logo, null, 'Patchbay'),
    ),
  );

document.querySelector('#door').addEventListener('submit', event => {
  event.preventDefault();
  sessionStorage.setItem(place, field.value.trim());
  socket.dispose();
  socket = connect();
  keys += 1;
  document.querySelector('#told').textContent = 'In use.';
  show();
});
field.value = sessionStorage.getItem(place) ?? '';
show();
`;
