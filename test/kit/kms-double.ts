import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** AWS KMS on this machine: its JSON protocol, signatures, encryption contexts and errors, as published. */
export interface KmsDouble {
  readonly url: string;
  readonly region: string;
  /** What a program needs that may use it. */
  readonly env: Readonly<Record<string, string>>;
  /** What was asked so far, oldest first. */
  readonly asked: {
    readonly act: string;
    readonly context: Readonly<Record<string, string>>;
    readonly answer: string;
  }[];
  /** ARN of a further key. */
  addKey(): string;
  /** The alias `alias/patchbay` leads to this key from now on. */
  moveAlias(arn: string): void;
  setState(arn: string, state: 'Enabled' | 'Disabled' | 'PendingDeletion'): void;
  /** The next so many requests are answered with this error. */
  failNext(error: string, times: number): void;
  close(): Promise<void>;
}

const region = 'eu-central-1';
const [accessKeyId, secretAccessKey] = ['AKIDDOUBLE', 'the secret of the double'];
const alias = 'alias/patchbay';
const service = 'kms';

class Refusal extends Error {
  constructor(
    readonly type: string,
    message = 'said by the double',
  ) {
    super(message);
  }
}

interface Question {
  readonly KeyId?: string;
  readonly KeySpec?: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
}

export async function openKmsDouble(): Promise<KmsDouble> {
  const keys = new Map<string, { readonly bytes: Buffer; state: string }>();
  const asked: KmsDouble['asked'] = [];
  const failures: string[] = [];
  let aliased = '';

  const keyOf = (id = ''): [string, { readonly bytes: Buffer; state: string }] => {
    const arn = id === alias ? aliased : ([...keys.keys()].find(each => each === id || each.endsWith(`/${id}`)) ?? '');
    const key = keys.get(arn);
    if (key === undefined) throw new Refusal('NotFoundException');
    return [arn, key];
  };
  const usable = (id: string | undefined): [string, Buffer] => {
    const [arn, { bytes, state }] = keyOf(id);
    if (state === 'Disabled') throw new Refusal('DisabledException');
    if (state !== 'Enabled') throw new Refusal('KMSInvalidStateException');
    return [arn, bytes];
  };
  const encrypt = (id: string | undefined, plain: Buffer, { EncryptionContext }: Question) => {
    const [arn, key] = usable(id);
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(contextBytes(EncryptionContext));
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    const blob = Buffer.concat([Buffer.from(`${arn}\n`), nonce, body, cipher.getAuthTag()]);
    return { KeyId: arn, CiphertextBlob: blob.toString('base64') };
  };
  const acts: Readonly<Record<string, (question: Question) => object>> = {
    Encrypt: question => encrypt(question.KeyId, Buffer.from(question.Plaintext ?? '', 'base64'), question),
    GenerateDataKey: question => {
      if (question.KeySpec !== 'AES_256') throw new Refusal('ValidationException');
      const plain = randomBytes(32);
      return { ...encrypt(question.KeyId, plain, question), Plaintext: plain.toString('base64') };
    },
    Decrypt: ({ KeyId, CiphertextBlob = '', EncryptionContext }) => {
      const blob = Buffer.from(CiphertextBlob, 'base64');
      const end = blob.indexOf('\n');
      const by = blob.subarray(0, Math.max(end, 0)).toString();
      if (!keys.has(by)) throw new Refusal('InvalidCiphertextException');
      const [arn, key] = usable(by);
      if (KeyId !== undefined && keyOf(KeyId)[0] !== arn) throw new Refusal('IncorrectKeyException');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(end + 1, end + 13))
          .setAAD(contextBytes(EncryptionContext))
          .setAuthTag(blob.subarray(-16));
        const plain = Buffer.concat([decipher.update(blob.subarray(end + 13, -16)), decipher.final()]);
        return { KeyId: arn, Plaintext: plain.toString('base64'), EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
      } catch {
        throw new Refusal('InvalidCiphertextException');
      }
    },
    DescribeKey: ({ KeyId }) => {
      const [arn, { state }] = keyOf(KeyId);
      return { KeyMetadata: { KeyId: arn.split('/')[1], Arn: arn, KeyState: state, Enabled: state === 'Enabled' } };
    },
  };

  const answer = (request: IncomingMessage, body: string): { readonly status: number; readonly reply: object } => {
    const act = /^TrentService\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1] ?? '';
    const question = JSON.parse(body) as Question;
    const tell = (outcome: string) => asked.push({ act, context: question.EncryptionContext ?? {}, answer: outcome });
    try {
      const failure = failures.shift();
      if (failure !== undefined) throw new Refusal(failure);
      if (request.headers['content-type'] !== 'application/x-amz-json-1.1') throw new Refusal('SerializationException');
      if (!isSigned(request, body)) throw new Refusal('InvalidSignatureException');
      const does = acts[act];
      if (does === undefined) throw new Refusal('UnknownOperationException');
      const reply = does(question);
      tell('done');
      return { status: 200, reply };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      tell(error.type);
      return {
        status: error.type === 'KMSInternalException' ? 500 : 400,
        reply: { __type: error.type, message: error.message },
      };
    }
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, reply } = answer(request, Buffer.concat(chunks).toString());
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'a-request' });
      response.end(JSON.stringify(reply));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const addKey = (): string => {
    const arn = `arn:aws:kms:${region}:111122223333:key/${randomBytes(8).toString('hex')}`;
    keys.set(arn, { bytes: randomBytes(32), state: 'Enabled' });
    return arn;
  };
  aliased = addKey();

  return {
    ...{ url, region, asked, addKey },
    env: {
      PATCHBAY_KMS: 'aws',
      PATCHBAY_KMS_KEY_ID: alias,
      PATCHBAY_KMS_REGION: region,
      PATCHBAY_KMS_ENDPOINT: url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
    moveAlias(arn) {
      aliased = arn;
    },
    setState(arn, state) {
      (keys.get(arn) as { state: string }).state = state;
    },
    failNext(error, times) {
      failures.push(...Array<string>(times).fill(error));
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The order of a context's pairs does not count. */
function contextBytes(context: Question['EncryptionContext'] = {}): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Signature Version 4, reckoned from what arrived. */
function isSigned({ headers, method, url = '/' }: IncomingMessage, body: string): boolean {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/;
  const [, id, day = '', place = '', of = '', names = '', signature] = pattern.exec(headers.authorization ?? '') ?? [];
  const needed = ['host', 'x-amz-date', 'x-amz-target'].every(name => names.split(';').includes(name));
  if (id !== accessKeyId || place !== region || of !== service || !needed) return false;
  const lines = names.split(';').map(name => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, url, '', lines.join(''), names, sha256(body)].join('\n');
  const scope = `${day}/${place}/${of}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, sha256(canonical)].join('\n');
  const key = [day, place, of, 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  return hmac(key, text).toString('hex') === signature;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
