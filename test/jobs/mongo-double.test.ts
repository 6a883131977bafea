import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { startMongoDouble } from '../kit/mongo-double.js';

test('the double of MongoDB matches, sorts and changes documents as Agenda relies on it', async () => {
  const double = await startMongoDouble();
  const client = new MongoClient(double.url);
  const jobs = client.db('any').collection<{ name: string; at: Date | null; locked?: Date | null }>('jobs');
  await jobs.insertMany([
    { name: 'late', at: new Date(3_000), locked: null },
    { name: 'early', at: new Date(1_000) },
    { name: 'held', at: null, locked: new Date(500) },
  ]);

  // Neither null nor nothing is before a date; both are null.
  expect(await names({ at: { $lte: new Date(2_000) } })).toEqual(['early']);
  expect(await names({ locked: { $lte: new Date(2_000) } })).toEqual(['held']);
  expect(await names({ locked: null })).toEqual(['early', 'late']);
  expect(await names({ $or: [{ locked: { $eq: null } }, { at: null }], name: { $ne: 'late' } })).toEqual([
    'held',
    'early',
  ]);

  const early = await jobs.findOneAndUpdate(
    { at: { $ne: null } },
    { $set: { locked: new Date(9_000) } },
    { sort: { at: 1 }, returnDocument: 'after' },
  );
  expect(early).toMatchObject({ name: 'early', locked: new Date(9_000) });
  expect(await jobs.findOneAndUpdate({ name: 'none' }, { $set: { at: null } })).toBeNull();
  await jobs.updateOne({ _id: early?._id }, { $unset: { locked: true } });
  expect(await names({ locked: null })).toEqual(['early', 'late']);
  expect(
    (await jobs.updateMany({ _id: { $in: [early?._id ?? (null as never)] } }, { $set: { at: null } })).matchedCount,
  ).toBe(1);
  expect((await jobs.deleteMany({ at: null })).deletedCount).toBe(2);
  await expect(jobs.updateOne({}, { $inc: { at: 1 } } as never)).rejects.toThrow('does not know $inc');
  await expect(client.db('any').command({ shutdown: 1 })).rejects.toThrow('no such command: shutdown');

  double.lose();
  expect(await names({})).toEqual([]);
  await client.close();
  await double.close();

  async function names(filter: object): Promise<string[]> {
    return (await jobs.find(filter).sort({ at: 1 }).toArray()).map(({ name }) => name);
  }
});
