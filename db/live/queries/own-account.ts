import type { LiveDb } from "@/db/client";

export interface OwnAccount {
  nickname: string;
  givesAnonymously: boolean;
}

/** How somebody is called and what they chose, as others read it from now on; what `change` leaves out stays. */
export async function changeOwnAccount(
  { sql }: LiveDb,
  userId: string,
  change: Partial<OwnAccount>,
): Promise<OwnAccount | undefined> {
  const { nickname = null, givesAnonymously = null } = change;
  const [row] = await sql<OwnAccount[]>`
    UPDATE users SET name = coalesce(${nickname}::text, name),
      gives_anonymously = coalesce(${givesAnonymously}::boolean, gives_anonymously), updated_at = now()
    WHERE id = ${userId} AND role <> 'guest'
    RETURNING name AS nickname, gives_anonymously AS "givesAnonymously"`;
  return row;
}
