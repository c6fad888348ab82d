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

/** A stretch of time in which one share holds, without its end; ±Infinity where it has none. */
export interface SharePeriod {
  shareBps: number;
  fromMs: number;
  toMs: number;
}

/** The table as periods: those of anchors with a share of their own, and the platform's, which cover all time. */
export interface SharePeriods {
  own: (SharePeriod & { anchorId: string })[];
  platform: SharePeriod[];
}

export function toPeriods(table: ShareTable, defaultBps: number): SharePeriods {
  const own = [...table.byAnchor].flatMap(([anchorId, rows]) =>
    periodsOf(rows).map((period) => ({ ...period, anchorId })),
  );
  const platform = periodsOf(table.platform);
  const firstMs = platform.at(-1)?.fromMs ?? Infinity;
  return { own, platform: [...platform, { shareBps: defaultBps, fromMs: -Infinity, toMs: firstMs }] };
}

/** Rows come newest first. */
function periodsOf(rows: readonly ShareRow[]): SharePeriod[] {
  return rows.map(({ shareBps, effectiveAtMs }, i) => ({
    shareBps,
    fromMs: effectiveAtMs,
    toMs: rows[i - 1]?.effectiveAtMs ?? Infinity,
  }));
}
