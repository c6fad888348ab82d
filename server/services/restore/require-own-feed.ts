import type { Contradiction } from "@/domain/rules/feed-agreement";
import { gauge } from "@/platform/observability/metrics";
import { newTraceId } from "@/platform/observability/trace";
import { defineCache } from "@/platform/runtime/caches";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { Resources } from "../context";

const contradicted = gauge(
  "downpour_cursors_contradicted",
  "Cursors that do not belong to what they read: their reader stands still until the stores are reconciled",
  ["reader"],
);

/** A reader looks every second; people hear of it this often. */
const ALARM_EVERY_MS = 60_000;
const SAID = defineCache<true>({
  name: "contradictions_said",
  max: 100,
  ttlMs: ALARM_EVERY_MS,
  droppedBy: "time alone",
});

/** Whoever keeps a cursor over what the live database holds. */
export type FeedReader = "settlement" | "refunds" | "boards" | "analytics" | "analytics-refunds";

/** A reader's cursor is of another past than the database that it reads; nothing after it may be believed. */
export class ContradictedCursorError extends Error {
  constructor(
    readonly reader: FeedReader,
    readonly contradictions: readonly Contradiction[],
  ) {
    const [first] = contradictions;
    super(
      `The cursor of ${reader} at ${first?.subject} is at ${first?.cursorSeq}, ` +
        `${first?.kind === "beyond" ? `beyond the last number ${first.lastSeq}` : "where something else stands now"}: ` +
        "a database was restored. Run the restore's reconciliation.",
    );
  }
}

/**
 * Stops a reader whose cursor is beyond its feed or under whose number something else stands now, with an alarm. Throws
 * `ContradictedCursorError`.
 */
export async function requireOwnFeed(
  resources: Pick<Resources, "live" | "log">,
  reader: FeedReader,
  contradictions: readonly Contradiction[],
): Promise<void> {
  contradicted.set({ reader }, contradictions.length);
  if (contradictions.length === 0) return;
  const said = resources.live.caches.of(SAID);
  if (!said.get(reader)) {
    said.set(reader, true);
    await raiseAlarm(resources, {
      kind: "restore.cursor_contradicted",
      subject: `cursor:${reader}`,
      facts: { cursors: contradictions.length, ...contradictions[0] },
      traceId: newTraceId(),
    });
  }
  throw new ContradictedCursorError(reader, contradictions);
}
