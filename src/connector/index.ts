export * from './chance.js';
export * from './connector.js';
export * from './phone-number.js';
export * from './reader.js';
export * from './simulated-oauth.js';
export * from './simulator.js';
