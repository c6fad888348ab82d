import type { LiveDb } from "@/db/client";

export interface OwnAccount {
  nickname: string;
  givesAnonymously: boolean;
  plainLobby: boolean;
}

/** How somebody is called and what they chose, as others read it from now on; what `change` leaves out stays. */
export async function changeOwnAccount(
  { sql }: LiveDb,
  userId: string,
  change: Partial<OwnAccount>,
): Promise<OwnAccount | undefined> {
  const { nickname = null, givesAnonymously = null, plainLobby = null } = change;
  const [row] = await sql<OwnAccount[]>`
    UPDATE users SET name = coalesce(${nickname}::text, name),
      gives_anonymously = coalesce(${givesAnonymously}::boolean, gives_anonymously),
      plain_lobby = coalesce(${plainLobby}::boolean, plain_lobby), updated_at = now()
    WHERE id = ${userId} AND role <> 'guest'
    RETURNING name AS nickname, gives_anonymously AS "givesAnonymously", plain_lobby AS "plainLobby"`;
  return row;
}

/** Whether somebody wants the lobby as everybody has it. */
export async function wantsPlainLobby({ sql }: LiveDb, userId: string): Promise<boolean> {
  const [row] = await sql<{ plain: boolean }[]>`SELECT plain_lobby AS plain FROM users WHERE id = ${userId}`;
  return row?.plain ?? false;
}
