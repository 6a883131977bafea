export * from './connector.js';
export * from './simulator.js';
