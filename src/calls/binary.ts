/** PostgreSQL's binary form of values, for COPY. `undefined` is SQL null. */

const postgresEpochMs = Date.UTC(2000, 0, 1);

export function text(value: string | undefined): Buffer | null {
  // PostgreSQL text cannot hold NUL.
  return value === undefined ? null : Buffer.from(value.includes('\0') ? value.replaceAll('\0', '') : value);
}

export function jsonb(value: unknown): Buffer {
  let json = JSON.stringify(value);
  // Rare, and jsonb refuses both: NUL, and half of a surrogate pair.
  if (json.includes('\\u0000') || json.includes('\\ud')) json = JSON.stringify(value, storable);
  return Buffer.concat([Buffer.from([1]), Buffer.from(json)]);
}

function storable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value;
}

export function int2(value: number | undefined): Buffer | null {
  if (value === undefined) return null;
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function int4(value: number | undefined): Buffer | null {
  if (value === undefined) return null;
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function timestamptz(value: Date): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(BigInt(value.getTime() - postgresEpochMs) * 1_000n);
  return bytes;
}

export function uuid(value: string): Buffer {
  return Buffer.from(value.replaceAll('-', ''), 'hex');
}
