import { type ChainEnd, type ChainLink, listChainLinks, readChainState } from "@/db/audit-chain";
import { DIFFERENCES_MAX } from "@/db/audit-rows";
import type { Difference } from "@/domain/contracts/reconciliation";
import type { AuditResources, Outcome } from "./check";

const LINKS_AT_ONCE = 1_000;
/** What the first link names as the one before. */
const NO_HASH = "0".repeat(64);

/** Everything operators did is chained, each row to the one before, up to the end that the database has noted down. */
export async function checkAuditChain({ live, finance }: AuditResources): Promise<Outcome> {
  const outcomes = [await checkOne("live", live), await checkOne("finance", finance)];
  return {
    compared: outcomes.reduce((sum, { compared }) => sum + compared, 0),
    differences: outcomes.flatMap(({ differences }) => differences),
  };
}

async function checkOne(
  database: "live" | "finance",
  db: AuditResources["live"] | AuditResources["finance"],
): Promise<Outcome> {
  const { head, lastSeq, unchained } = await readChainState(db);
  const differences: Difference[] = unchained.map((id) => ({
    subject: `operator-action:${id}`,
    expected: "a link",
    actual: null,
    facts: { database },
  }));
  let last: ChainEnd = { seq: 0, hash: NO_HASH };
  walk: for (;;) {
    const links = await listChainLinks(db, last.seq, LINKS_AT_ONCE);
    for (const link of links) {
      // What came after the look at the end is for the next run.
      if (link.seq > lastSeq) break walk;
      if (!follows(last, link)) {
        differences.push({
          subject: `operator-action:${link.actionId}`,
          expected: link.computedHash,
          actual: link.hash,
          facts: {
            database,
            place: link.seq,
            expectedPlace: last.seq + 1,
            isPreviousRight: link.previousHash === last.hash,
            action: link.action,
            about: link.subject,
          },
        });
      }
      if (differences.length >= DIFFERENCES_MAX) return { compared: link.seq, differences };
      last = { seq: link.seq, hash: link.hash };
    }
    if (links.length < LINKS_AT_ONCE) break;
  }
  if (head?.seq !== last.seq || head.hash !== last.hash) {
    differences.push({
      subject: "ledger:operator-actions",
      expected: head && `${head.seq} ${head.hash}`,
      actual: `${last.seq} ${last.hash}`,
      facts: { database },
    });
  }
  return { compared: last.seq, differences };
}

const follows = (last: ChainEnd, link: ChainLink) =>
  link.seq === last.seq + 1 && link.previousHash === last.hash && link.hash === link.computedHash;
