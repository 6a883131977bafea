export type { ApiLimits } from './limits/api-limits.js';
export { buildApiSchema, type ResolverClass, schemaText } from './schema.js';
export { type Api, type ApiOptions, openApi } from './server.js';
export type { MetricsPage } from './metrics.js';
