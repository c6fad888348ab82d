import type postgres from "postgres";
import type { FinanceDb, Sql } from "@/db/client";
import { arrayLiteral } from "@/db/pg-array";
import type { TipsKey, TipsRow } from "@/domain/contracts/analytics";
import { CALENDAR_UTC_OFFSET_MINUTES } from "@/domain/rules/calendar";
import type { CellColumns, GiftCells } from "@/domain/rules/gift-cells";
import { FEN_PER_COIN } from "@/domain/rules/money";
import { type AnalyticsPlaces, cellRows, readAnalyticsPlaces } from "./analytics-cells";

type Fragment = postgres.PendingQuery<postgres.Row[]>;

export interface TipsFilter {
  /** Whole hours. */
  from: Date;
  to: Date;
  groupBy: readonly TipsKey[];
  anchorIds: readonly string[] | null;
  anchorGender: string | null;
  viewerGender: string | null;
  rowsMax: number;
}

export interface TipsSums {
  rows: TipsRow[];
  total: { gifts: number; coins: number; grossFen: number; viewers: number };
}

/** Each way to group: how a row `f` is told apart, and how that is written, once a group and not once a row. */
const LOCAL_DAY = `((f.hour AT TIME ZONE 'UTC') + interval '${CALENDAR_UTC_OFFSET_MINUTES} minutes')::date`;
const GROUPS: Record<TipsKey, { by: string; write: (value: string) => string }> = {
  hour: {
    by: "f.hour",
    write: (value) => `to_char(${value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')`,
  },
  day: { by: LOCAL_DAY, write: (value) => `${value}::text` },
  week: { by: `date_trunc('week', ${LOCAL_DAY}::timestamp)::date`, write: (value) => `${value}::text` },
  anchor: { by: "f.anchor_id", write: (value) => `${value}::text` },
  anchorGender: { by: "f.anchor_gender", write: (value) => value },
  viewerGender: { by: "f.viewer_gender", write: (value) => value },
};
/** What one question may sort and hash in before it goes to the disk; few ask at once. */
const WORK_MEMORY = "128MB";

/** How far the tables are counted, in the snapshot that they are read in. */
export interface CountedPlaces extends AnalyticsPlaces {
  /** Everything that was paid before is counted. */
  countedTo: Date;
}

/**
 * What was counted, in groups, together with what `readTail` finds beyond the cursors and hands out piece by piece. The
 * tables are read in the snapshot of their cursors, so that each gift is in one of the two. People are counted over
 * single viewers, refunded gifts and who gave nothing else left out.
 */
export async function readTips<T>(
  db: FinanceDb,
  filter: TipsFilter,
  readTail: (places: CountedPlaces, take: (cells: GiftCells) => Promise<void>) => Promise<T>,
): Promise<{ sums: TipsSums; tail: T }> {
  return await db.sql.begin("isolation level repeatable read", async (transaction) => {
    const tx = transaction as unknown as Sql;
    const [job] = await tx<{ counted_to: Date | null }[]>`SELECT counted_to FROM analytics_job`;
    const places = await readAnalyticsPlaces({ sql: tx });
    const rest = new TailRows(tx);
    const tail = await readTail({ ...places, countedTo: job?.counted_to ?? new Date(0) }, (cells) =>
      rest.add(cells),
    );
    const isMeant = meantBy(tx, filter);
    const facts = tx`SELECT ${CELL(tx)} FROM gift_pair_hour WHERE ${isMeant}
      UNION ALL SELECT ${CELL(tx)} FROM ${rest.rows()} AS t WHERE ${isMeant}`;
    return { tail, sums: await sumGroups(tx, facts, filter.groupBy, filter.rowsMax) };
  });
}

const CELL = (sql: Sql) => sql`hour, anchor_id, viewer_id, anchor_gender, viewer_gender, gifts, coins`;

function meantBy(tx: Sql, { from, to, anchorIds, anchorGender, viewerGender }: TipsFilter): Fragment {
  const only = (column: string, value: string | null) =>
    value === null ? tx`` : tx`AND ${tx(column)} = ${value}`;
  return tx`hour >= ${from} AND hour < ${to} ${only("anchor_gender", anchorGender)}
    ${only("viewer_gender", viewerGender)}
    ${anchorIds === null ? tx`` : tx`AND anchor_id = ANY(${arrayLiteral(anchorIds)}::uuid[])`}`;
}

/**
 * What is not counted yet, as rows: in the statement while it is one piece, in a table of this transaction's own from the
 * second on, so that a backlog never stands in this process's memory.
 */
class TailRows {
  #first: GiftCells | null = null;
  #isStored = false;

  constructor(private readonly tx: Sql) {}

  async add(cells: GiftCells): Promise<void> {
    if (cells.cells === 0) return;
    if (!this.#first && !this.#isStored) {
      this.#first = cells;
      return;
    }
    if (!this.#isStored) {
      await this.tx`
        CREATE TEMPORARY TABLE tail_cells (hour timestamptz, anchor_id uuid, viewer_id uuid, anchor_gender text,
          viewer_gender text, gifts bigint, coins bigint) ON COMMIT DROP`;
      this.#isStored = true;
    }
    if (this.#first) await this.#store(this.#first);
    this.#first = null;
    await this.#store(cells);
  }

  async #store({ columns }: GiftCells): Promise<void> {
    await this.tx`INSERT INTO tail_cells SELECT ${CELL(this.tx)} FROM ${cellRows(this.tx, columns)} AS c`;
  }

  rows(): Fragment {
    if (this.#isStored) return this.tx`tail_cells`;
    return cellRows(this.tx, this.#first?.columns ?? NO_CELLS);
  }
}

const NO_CELLS: CellColumns = {
  hours: "{}",
  anchorIds: "{}",
  viewerIds: "{}",
  anchorGenders: "{}",
  viewerGenders: "{}",
  gifts: "{}",
  coins: "{}",
  days: "{}",
  firstMs: "{}",
  lastMs: "{}",
};

type SumsRow = Partial<Record<TipsKey, string>> &
  Record<"gifts" | "coins" | "viewers", string> & { is_total: boolean };

/** Facts are read once: what each viewer gave in each group, of which both the groups and the total are sums. */
async function sumGroups(
  tx: Sql,
  facts: Fragment,
  groupBy: readonly TipsKey[],
  rowsMax: number,
): Promise<TipsSums> {
  const by = (text: string) => tx.unsafe(text);
  const keys = groupBy.map((key) => `"${key}"`).join(", ");
  const list = (text: (key: TipsKey) => string) =>
    groupBy.map((key) => `${text(key)} AS "${key}",`).join(" ");
  const sums = "sum(gifts) AS gifts, sum(coins) AS coins";
  const total = tx`
    SELECT ${by(list(() => "NULL::text"))} ${by(sums)}, count(*) AS viewers, true AS is_total
    FROM (SELECT viewer_id, ${by(sums)} FROM people GROUP BY viewer_id HAVING sum(gifts) > 0) AS viewers`;
  const groups = tx`
    SELECT ${by(list((key) => GROUPS[key].write(`g."${key}"`)))} gifts, coins, viewers, false AS is_total
    FROM (SELECT ${by(keys)}, ${by(sums)}, count(*) AS viewers FROM people WHERE gifts > 0
      GROUP BY ${by(keys)} ORDER BY ${by(keys)} LIMIT ${rowsMax}) AS g`;
  await tx`SELECT set_config('work_mem', ${WORK_MEMORY}, true), set_config('jit', 'off', true)`;
  const rows = await tx<SumsRow[]>`
    WITH people AS ${by(groupBy.length > 0 ? "MATERIALIZED" : "")} (
      SELECT ${by(list((key) => GROUPS[key].by))} f.viewer_id, sum(f.gifts) AS gifts, sum(f.coins) AS coins
      FROM (${facts}) AS f GROUP BY ${by(keys && `${keys},`)} f.viewer_id
    )
    ${total} ${groupBy.length > 0 ? tx`UNION ALL ${groups}` : tx``}`;
  const toSums = (row: SumsRow | undefined) => ({
    gifts: Number(row?.gifts ?? 0),
    coins: Number(row?.coins ?? 0),
    grossFen: Number(row?.coins ?? 0) * FEN_PER_COIN,
    viewers: Number(row?.viewers ?? 0),
  });
  const all = toSums(rows.find(({ is_total }) => is_total));
  if (groupBy.length === 0) return { rows: all.viewers > 0 ? [all] : [], total: all };
  const ofGroups = rows.filter(({ is_total }) => !is_total);
  return {
    rows: ofGroups.map((row) => ({
      ...Object.fromEntries(groupBy.map((key) => [key, row[key]])),
      ...toSums(row),
    })),
    total: all,
  };
}
