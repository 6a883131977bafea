/** A number or a name among the details. */
export function detailOf(
  { details }: { readonly details: Readonly<Record<string, unknown>> },
  name: string,
): number | string {
  const value = details[name];
  return typeof value === 'number' || typeof value === 'string' ? value : '?';
}
