// All of the documents at random, of which `npm test` writes a share.
process.env['FUZZ_RUNS'] ??= '10000';
await import('../edge/fuzz.test.js');
