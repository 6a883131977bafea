// Who may import whom. The order of the features is the rule: each sees only those before it, through their doors.
const features = [
  'customers', 'outbox', 'catalog', 'quota', 'access', 'calls', 'runs', 'quotes', 'imports', 'syncs', 'hooks', 'notices', 'alerts', 'deliveries', 'billing',
]; // biome-ignore format: one line reads as the order it is
const any = features.join('|');
const no = (name, from, to) => ({ name, severity: 'error', from, to });

const out = modules => ({
  path: `^(node:)?(${modules})$`,
  dependencyTypes: ['core'],
  dependencyTypesNot: ['type-only'],
});
const listeners = 'api/(listen|server|worker-health)\\.ts|sandbox/server\\.ts|demo/|infra/embedded-postgres/';
// They take what tells what an address is, whether a port is free, and the line to the database.
const readers =
  'config/variables\\.ts|api/limits/(address-prefix|client-address)\\.ts|infra/egress/|infra/wakeful-socket\\.ts|cli/checks/address\\.ts';
const starters = 'require-node\\.ts|demo/child\\.ts|infra/embedded-postgres/programs\\.ts';

module.exports = {
  forbidden: [
    no('no-cycles', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    no('no-guesswork', {}, { couldNotResolve: true }),

    no('core-stands-alone', { path: '^src/core/' }, { path: '^src/(?!core/)' }),
    no('connector-on-core', { path: '^src/connector/' }, { path: '^src/(?!connector/|core/)' }),
    no('engine-on-contract', { path: '^src/engine/' }, { path: '^src/(?!engine/|connector/|core/)' }),
    no('scope-on-contract', { path: '^src/scope\\.ts$' }, { path: '^src/(?!connector/|core/)' }),
    no('infra-on-core', { path: '^src/infra/' }, { path: '^src/(?!infra/|core/)' }),
    no('api-never-infra', { path: '^src/api/' }, { path: '^src/(infra/|app|main|hub)' }),
    no('features-never-outward', { path: `^src/(${any})/` }, { path: '^src/(infra/|api/|app|main|hub|demo/)' }),
    no(
      'features-meet-at-the-door',
      { path: `^src/(${any})/` },
      { path: `^src/(?:${any})/`, pathNot: ['^src/$1/', '/index\\.ts$'] },
    ),
    ...features
      .slice(0, -1)
      .map((feature, i) =>
        no(
          `${feature}-never-downstream`,
          { path: `^src/${feature}/` },
          { path: `^src/(${features.slice(i + 1).join('|')})/` },
        ),
      ),

    no(
      'platform-is-an-island',
      { path: '^connections/([^/]+)/' },
      { path: '^(src|test|connections)/', pathNot: ['^connections/$1/', '^src/connector/'] },
    ),
    no('platform-owns-no-io', { path: '^connections/' }, { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' }),
    no('nobody-names-a-platform', { path: '^src/' }, { path: '^connections/' }),
    no(
      'simulators-are-for-the-sandbox',
      { path: '^(src|connections)/', pathNot: '(/simulator(\\.ts$|/)|^src/sandbox/)' },
      { path: '/simulator(\\.ts$|/)', pathNot: '^src/connector/' },
    ),
    no(
      'simulators-share-nothing-with-mappers',
      { path: '/simulator(\\.ts$|/)' },
      { path: '^connections/.*/(map|connector)\\.ts$' },
    ),
    no('sandbox-stands-aside', { path: '^src/(?!sandbox/)' }, { path: '^src/sandbox/' }),
    no('demo-is-a-stranger', { path: '^src/demo/' }, { path: '^src/(?!demo/|require-node)' }),
    no('nobody-needs-the-demo', { path: '^src/(?!demo/)' }, { path: '^src/demo/' }),
    no(
      'one-door-per-library',
      { path: '^(src|connections)/', pathNot: '^src/infra/' },
      {
        path: 'node_modules/(@aws-sdk|@opentelemetry|agenda|@agendajs|mongodb|nodemailer|pg|pg-copy-streams|undici|pino|simple-oauth2)/',
      },
    ),
    // Whoever may listen or start a program is named here; which of a module's functions may be taken is said by lint.
    no(
      'one-way-out',
      { path: '^(src|connections)/', pathNot: '^src/infra/egress' },
      out('https|http2|tls|dgram|dns|dns/promises'),
    ),
    no('one-way-out', { path: '^src/infra/(?!egress)' }, { path: 'node_modules/undici/' }),
    no('few-listen', { path: '^(src|connections)/', pathNot: `^src/(${listeners}|infra/egress/)` }, out('http')),
    no('few-listen', { path: '^(src|connections)/', pathNot: `^src/(${listeners}|${readers})` }, out('net')),
    no(
      'few-start-programs',
      { path: '^(src|connections)/', pathNot: `^src/(${starters})` },
      out('child_process|cluster'),
    ),
    no(
      'graphql-server-in-api-only',
      { path: '^src/(?!api/|demo/)' },
      { path: 'node_modules/(@apollo/server|graphql-ws|ws|express)/' },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      conditionNames: ['development', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
