import type { SimulatedReply } from '#connector';

export interface Problem {
  readonly status: number;
  /** Of the whole reply. */
  readonly name: string;
  /** Of its only entry: three letters and a number. */
  readonly code: string;
  readonly message: string;
  readonly more?: Readonly<Record<string, string>>;
}

/** A refusal as the platform writes it: the first of its errors once more around them. */
export function refusal(kind: string, { status, name, code, message, more }: Problem): SimulatedReply {
  return {
    ...{ status, kind },
    body: { errorCode: name, message, errors: [{ errorCode: code, message, ...more }], ...more },
  };
}

export function invalid(kind: string, parameterName: string, parameterValue = ''): SimulatedReply {
  const more = { parameterName, parameterValue };
  const message = `Parameter [${parameterName}] value is invalid`;
  return refusal(kind, { status: 400, name: 'InvalidParameter', code: 'CMN-101', message, more });
}

export function notFound(kind: string, parameterName: string): SimulatedReply {
  const message = `Resource for parameter [${parameterName}] is not found`;
  return refusal(kind, { status: 404, name: 'ResourceNotFound', code: 'CMN-102', message, more: { parameterName } });
}
