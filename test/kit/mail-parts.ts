/** What a mail says as HTML, decoded from base64 or quoted-printable. */
export function htmlOf(raw: string): string {
  return partOf(raw, 'text/html');
}

/** What it says as plain text. */
export function textOf(raw: string): string {
  return partOf(raw, 'text/plain');
}

function partOf(raw: string, type: string): string {
  const part = raw.split(/\r\n--[^\r\n]+/).find(each => each.toLowerCase().includes(`content-type: ${type}`));
  if (part === undefined) throw new Error(`The mail has no ${type}.`);
  const [head = '', ...rest] = part.trimStart().split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  if (/content-transfer-encoding: base64/i.test(head)) return Buffer.from(body, 'base64').toString();
  if (!/content-transfer-encoding: quoted-printable/i.test(head)) return body;
  const bytes = body
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
