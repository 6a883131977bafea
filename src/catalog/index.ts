import { PlatformResolver } from './platform.resolver.js';

export { CallMedium } from './call-medium.type.js';
export { connectorFor, isConnector, platformFor, reachedThrough } from './connector-for.js';
export { discover, versionOf } from './discover.js';
export { matrixMarkdown } from './markdown.js';
export { type MatrixRow, matrix, matrixRow } from './matrix.js';
export { leastSeconds, requestsFor } from './throughput.js';

export const feature = { entities: [], resolvers: [PlatformResolver] } as const;
