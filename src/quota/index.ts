export { pacerFor, type AccountPacer } from './pacer.js';
export { usageOf } from './usage.js';
