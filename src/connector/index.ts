export * from './connector.js';
export * from './simulated-oauth.js';
export * from './simulator.js';
