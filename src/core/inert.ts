const wordJoiner = '\u2060';

/**
 * A name as it may stand in a mail: on one line, without characters that cannot be seen or turn the writing round, and in
 * a form that no mail program takes for an address to click on.
 */
export function inert(name: string): string {
  return name
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/(?<=\S)([.:/@\\])(?=\S)/g, `$1${wordJoiner}`);
}

/** JSON in which is written out what a terminal would act upon, or what turns the writing round: it says the same. */
export function inertJson(json: string): string {
  return json.replaceAll(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, sign =>
    Array.from({ length: sign.length }, (_, nth) => `\\u${sign.charCodeAt(nth).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}
