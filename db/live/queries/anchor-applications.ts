import { v7 as uuidv7 } from "uuid";
import type { LiveDb, Sql } from "@/db/client";
import { type ActionBy, insertOperatorAction } from "@/db/operator-actions";
import { inTransaction } from "@/db/transaction";
import type { ApplicationStatus } from "@/domain/contracts/application";
import { lockPerson } from "./account-restrictions";
import { applyRestrictionsIn } from "./apply-restrictions";

export interface ApplicationRow {
  applicationId: string;
  userId: string;
  about: string;
  status: ApplicationStatus;
  createdAt: Date;
  decidedAt: Date | null;
  decidedBy: string | null;
  reason: string | null;
}

const columns = (sql: Sql) => sql`
  a.id AS "applicationId", a.user_id AS "userId", a.about, a.status, a.created_at AS "createdAt",
  a.decided_at AS "decidedAt", a.decided_by AS "decidedBy", a.reason`;

/** Until its first session a room is called as its anchor is. */
const FIRST_CATEGORY = "talk";

/**
 * Makes a person an anchor, with a room that is not live yet; an application that is open is granted by it. The one place
 * where anybody becomes an anchor. Whoever calls holds the person, and writes down who did it.
 */
export async function becomeAnchorIn(tx: Sql, userId: string, by: ActionBy): Promise<void> {
  await tx`UPDATE users SET role = 'anchor', updated_at = now() WHERE id = ${userId}`;
  await tx`
    UPDATE anchor_applications SET status = 'approved', decided_at = now(), decided_by = ${by.actorId},
      reason = ${by.reason ?? null}
    WHERE user_id = ${userId} AND status = 'open'`;
  await tx`
    INSERT INTO rooms (id, anchor_id, title, category, category_id)
    SELECT ${uuidv7()}, id, name, ${FIRST_CATEGORY}, ${FIRST_CATEGORY} FROM users WHERE id = ${userId}
    ON CONFLICT (anchor_id) DO NOTHING`;
  await applyRestrictionsIn(tx, userId);
}

/** "open" while another one is; "taken" where the id is somebody else's. The same again is the same. Locks: the person. */
export async function insertApplication(
  { sql }: LiveDb,
  input: { applicationId: string; userId: string; about: string; now: Date },
): Promise<ApplicationRow | "notAViewer" | "open" | "taken"> {
  const { applicationId, userId, about, now } = input;
  return await inTransaction(sql, async (tx) => {
    const person = await lockPerson(tx, userId);
    const [known] = await tx<ApplicationRow[]>`
      SELECT ${columns(tx)} FROM anchor_applications a WHERE a.id = ${applicationId}`;
    if (known) return known.userId === userId ? known : ("taken" as const);
    if (person?.role !== "viewer") return "notAViewer" as const;
    const open = await tx`SELECT 1 FROM anchor_applications WHERE user_id = ${userId} AND status = 'open'`;
    if (open.length > 0) return "open" as const;
    const [made] = await tx<ApplicationRow[]>`
      INSERT INTO anchor_applications AS a (id, user_id, about, created_at)
      VALUES (${applicationId}, ${userId}, ${about}, ${now}) RETURNING ${columns(tx)}`;
    if (!made) throw new Error("An application that was just made is not there.");
    return made;
  });
}

/** The newest application of somebody. */
export async function findLastApplication(
  { sql }: LiveDb,
  userId: string,
): Promise<ApplicationRow | undefined> {
  const [row] = await sql<ApplicationRow[]>`
    SELECT ${columns(sql)} FROM anchor_applications a WHERE a.user_id = ${userId}
    ORDER BY a.created_at DESC LIMIT 1`;
  return row;
}

export async function findApplication({ sql }: LiveDb, id: string): Promise<ApplicationRow | undefined> {
  const [row] = await sql<
    ApplicationRow[]
  >`SELECT ${columns(sql)} FROM anchor_applications a WHERE a.id = ${id}`;
  return row;
}

export interface ApplicationListRow extends ApplicationRow {
  nickname: string;
  avatarUrl: string | null;
  decidedByName: string | null;
}

/** Open ones in the order in which they came, others newest first; ids of clients grow with time. */
export async function listApplications(
  { sql }: LiveDb,
  input: { status?: ApplicationStatus; after?: { createdAt: Date; applicationId: string }; limit: number },
): Promise<ApplicationListRow[]> {
  const { status, after, limit } = input;
  const isQueue = status === "open";
  const place = sql`(a.created_at, a.id)`;
  const from = after
    ? sql`(${after.createdAt.toISOString()}::timestamptz, ${after.applicationId}::uuid)`
    : undefined;
  return await sql<ApplicationListRow[]>`
    SELECT ${columns(sql)}, u.name AS nickname, u.image AS "avatarUrl", o.name AS "decidedByName"
    FROM anchor_applications a JOIN users u ON u.id = a.user_id LEFT JOIN users o ON o.id = a.decided_by
    WHERE ${status === undefined ? sql`true` : sql`a.status = ${status}`}
      ${from ? (isQueue ? sql`AND ${place} > ${from}` : sql`AND ${place} < ${from}`) : sql``}
    ORDER BY ${isQueue ? sql`a.created_at, a.id` : sql`a.created_at DESC, a.id DESC`} LIMIT ${limit}`;
}

export async function countOpenApplications({ sql }: LiveDb, max: number): Promise<number> {
  const [row] = await sql<{ open: number }[]>`
    SELECT count(*)::int AS open FROM (SELECT 1 FROM anchor_applications WHERE status = 'open' LIMIT ${max}) counted`;
  return row?.open ?? 0;
}

/**
 * Says yes or no to an application. "decided" where it was decided otherwise before, or the person is no viewer any more;
 * what was decided just so stays. Locks: the person.
 */
export async function decideApplicationRow(
  db: LiveDb,
  input: { applicationId: string; approve: boolean; by: ActionBy },
): Promise<"unknown" | "decided" | "same" | "done"> {
  const { applicationId, approve, by } = input;
  const found = await findApplication(db, applicationId);
  if (!found) return "unknown";
  const { userId } = found;
  return await inTransaction(db.sql, async (tx) => {
    const person = await lockPerson(tx, userId);
    const [row] = await tx<{ status: ApplicationStatus }[]>`
      SELECT status FROM anchor_applications WHERE id = ${applicationId}`;
    const wanted: ApplicationStatus = approve ? "approved" : "rejected";
    if (row?.status !== "open") return row?.status === wanted ? ("same" as const) : ("decided" as const);
    if (approve && person?.role !== "viewer") return "decided" as const;
    if (approve) await becomeAnchorIn(tx, userId, by);
    else
      await tx`
        UPDATE anchor_applications SET status = 'rejected', decided_at = now(), decided_by = ${by.actorId},
          reason = ${by.reason ?? null}
        WHERE id = ${applicationId}`;
    await insertOperatorAction(tx, {
      action: "people.decide-application",
      subject: `user:${userId}`,
      before: { role: person?.role },
      after: { applicationId, approve, ...(approve && { role: "anchor" }) },
      ...by,
    });
    return "done" as const;
  });
}
