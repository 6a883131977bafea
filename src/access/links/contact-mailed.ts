import type { Scope } from '../../scope.js';

/** Id of the contact who was mailed this link; undefined when somebody passes it on by hand. */
export async function contactMailed({ em }: Scope, linkId: string): Promise<string | undefined> {
  const [row] = await em.execute<{ id: string | null }[]>(
    'select contact_id as id from links l where id = ? and exists (select from mails m where m.link_id = l.id)',
    [linkId],
  );
  return row?.id ?? undefined;
}
