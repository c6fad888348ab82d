/** One row of the revenue share table; `anchorId` null is the platform's default. Times are milliseconds since 1970. */
export interface ShareRow {
  anchorId: string | null;
  shareBps: number;
  effectiveAtMs: number;
}

/** Rows prepared for look-up: per anchor and default, newest first. */
export interface ShareTable {
  byAnchor: ReadonlyMap<string, readonly ShareRow[]>;
  platform: readonly ShareRow[];
}

export function buildShareTable(rows: readonly ShareRow[]): ShareTable {
  const byAnchor = new Map<string, ShareRow[]>();
  const platform: ShareRow[] = [];
  const newestFirst = [...rows].sort((a, b) => b.effectiveAtMs - a.effectiveAtMs);
  for (const row of newestFirst) {
    if (row.anchorId === null) {
      platform.push(row);
      continue;
    }
    const own = byAnchor.get(row.anchorId);
    if (own) own.push(row);
    else byAnchor.set(row.anchorId, [row]);
  }
  return { byAnchor, platform };
}

/** The share in force for an anchor when a gift was sent: the anchor's own newest row not after it, else the platform's. */
export function shareInForce(
  table: ShareTable,
  anchorId: string,
  sentAtMs: number,
  defaultBps: number,
): number {
  const holds = (row: ShareRow) => row.effectiveAtMs <= sentAtMs;
  return (table.byAnchor.get(anchorId)?.find(holds) ?? table.platform.find(holds))?.shareBps ?? defaultBps;
}
