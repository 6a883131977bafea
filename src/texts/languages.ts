/** The languages in which people are written to. Another one is its name here; the types then ask for its texts. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** The language that a tag such as `de-AT` asks for; undefined when we have none such. */
export function languageNamed(tag: string): Language | undefined {
  const first = tag.toLowerCase().split('-')[0];
  return languages.find(language => language === first);
}

/** The first of these tags that we have; else English. */
export function languageOf(...tags: readonly string[]): Language {
  return tags.map(languageNamed).find(language => language !== undefined) ?? 'en';
}
