import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/**
 * A telephone number in E.164 where it can be told: it is written with its country's code, or the platform names the
 * country (ISO 3166, two letters). Else as it was written, as extensions and withheld numbers are.
 */
export function phoneNumber(written: string | undefined, country?: string): string | undefined {
  if (written === undefined || /^\+[1-9]\d{6,14}$/.test(written)) return written;
  const from = country?.toUpperCase() ?? '';
  const parsed = parsePhoneNumberFromString(written, isSupportedCountry(from) ? from : undefined);
  return parsed?.isPossible() === true && parsed.ext === undefined ? parsed.number : written;
}
