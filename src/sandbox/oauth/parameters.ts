import type { IncomingMessage } from 'node:http';
import type { ParameterPlace } from '#connector';

export type Parameters = Readonly<Record<string, string>>;

/** What a request says, by the place where it says it. */
export type PlacedParameters = Readonly<Record<ParameterPlace, Parameters>>;

const mostBytes = 65_536;

/** Reads query and body. A name that is given twice counts as not given, since it could mean either. */
export async function readParameters(message: IncomingMessage): Promise<PlacedParameters> {
  const search = new URL(message.url ?? '/', 'http://sandbox').searchParams;
  const text = await readText(message);
  const type = (message.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  return {
    query: single(search),
    form: type === 'application/x-www-form-urlencoded' ? single(new URLSearchParams(text)) : {},
    json: type === 'application/json' ? textsOf(text) : {},
  };
}

/** Every value of a form field, in order. */
export async function readForm(message: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(await readText(message));
}

async function readText(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of message) {
    bytes += (part as Buffer).length;
    if (bytes <= mostBytes) parts.push(part as Buffer);
  }
  return bytes <= mostBytes ? Buffer.concat(parts).toString('utf8') : '';
}

function single(parameters: URLSearchParams): Parameters {
  return Object.fromEntries([...parameters].filter(([name]) => parameters.getAll(name).length === 1));
}

function textsOf(text: string): Parameters {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}
