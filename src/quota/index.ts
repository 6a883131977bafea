export { pacerFor, type AccountPacer } from './pacer.js';
