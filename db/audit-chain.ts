import { DIFFERENCES_MAX, readSnapshot } from "./audit-rows";
import type { FinanceDb, LiveDb } from "./client";

/** The end of the chain over what operators did: whoever has noted it down can prove later that nothing before it was changed. */
export interface ChainEnd {
  seq: number;
  hash: string;
}

export interface ChainState {
  /** Null when somebody has taken it away. */
  head: ChainEnd | null;
  /** Number of the last link, on the same snapshot. */
  lastSeq: number;
  /** Ids of actions that no link stands for. */
  unchained: string[];
}

export interface ChainLink {
  seq: number;
  actionId: string;
  previousHash: string;
  hash: string;
  /** What the hash has to be; null when the action is gone. */
  computedHash: string | null;
  action: string | null;
  subject: string | null;
}

export async function readChainState(db: LiveDb | FinanceDb): Promise<ChainState> {
  return await readSnapshot(db, async (tx) => {
    const [head] = await tx<{ seq: string; hash: string }[]>`SELECT seq, hash FROM operator_action_head`;
    const [last] = await tx<{ seq: string | null }[]>`SELECT max(seq) AS seq FROM operator_action_links`;
    const unchained = await tx<{ id: string }[]>`
      SELECT a.id FROM operator_actions a
      WHERE NOT EXISTS (SELECT 1 FROM operator_action_links l WHERE l.action_id = a.id)
      ORDER BY a.id LIMIT ${DIFFERENCES_MAX}`;
    return {
      head: head ? { seq: Number(head.seq), hash: head.hash } : null,
      lastSeq: Number(last?.seq ?? 0),
      unchained: unchained.map(({ id }) => id),
    };
  });
}

/** Links after a number, in order, each with what its hash has to be. */
export async function listChainLinks(
  db: LiveDb | FinanceDb,
  afterSeq: number,
  limit: number,
): Promise<ChainLink[]> {
  const rows = await db.sql<
    {
      seq: string;
      action_id: string;
      previous_hash: string;
      hash: string;
      computed: string | null;
      action: string | null;
      subject: string | null;
    }[]
  >`
    SELECT l.seq, l.action_id, l.previous_hash, l.hash, a.action, a.subject,
      CASE WHEN a.id IS NOT NULL THEN operator_action_hash(l.seq, l.previous_hash, a) END AS computed
    FROM operator_action_links l LEFT JOIN operator_actions a ON a.id = l.action_id
    WHERE l.seq > ${afterSeq} ORDER BY l.seq LIMIT ${limit}`;
  return rows.map((row) => ({
    seq: Number(row.seq),
    actionId: row.action_id,
    previousHash: row.previous_hash,
    hash: row.hash,
    computedHash: row.computed,
    action: row.action,
    subject: row.subject,
  }));
}

/** Where the chain ends now. */
export async function readChainEnd(db: LiveDb | FinanceDb): Promise<ChainEnd | null> {
  const [head] = await db.sql<{ seq: string; hash: string }[]>`SELECT seq, hash FROM operator_action_head`;
  return head ? { seq: Number(head.seq), hash: head.hash } : null;
}
