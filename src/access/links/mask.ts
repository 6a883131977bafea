/** A name that its owner knows again and nobody else learns: `Ac•••••`. */
export function masked(name: string): string {
  const letters = Array.from(name.trim());
  const shown = letters.length > 4 ? 2 : 1;
  return `${letters.slice(0, shown).join('')}${'•'.repeat(5)}`;
}

/** `ad•••••@ac•••••.example`: enough to know one's own mailbox. */
export function maskedAddress(email: string): string {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  const dot = domain.lastIndexOf('.');
  return `${masked(email.slice(0, at))}@${masked(domain.slice(0, dot))}${domain.slice(dot)}`;
}
