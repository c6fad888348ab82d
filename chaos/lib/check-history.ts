import type { GiftOrderStatus } from "@/domain/contracts/gift";
import { checkClaims } from "./check-claims";
import type { HistoryEvent, OperationHistory } from "./history";
import type { MoneyTables } from "./read-tables";
import { keyOf, type Rule, type Violation } from "./violation";

export interface CheckHistoryOptions {
  /**
   * Whether a restore has undone the operation, as it may: what had been told of it before does not hold any more. What is
   * told at last holds all the same.
   */
  isUndone?: (one: OperationHistory) => boolean;
  /** Senders who are not in the history. */
  others?: ReadonlySet<string>;
}

/**
 * Compares what clients were told with what both databases hold when everything has come to rest. Each acknowledged order is
 * in a table once; whatever was told as final is so and stays so; what stayed unanswered is resolved; balances are the sums of
 * their entries; and what was paid is settled once.
 */
export function checkHistory(
  history: readonly OperationHistory[],
  tables: MoneyTables,
  options: CheckHistoryOptions = {},
): Violation[] {
  const gifts = history.filter((one) => one.operation.kind === "gift");
  const claims = history.filter((one) => one.operation.kind === "claim");
  return [
    ...gifts.flatMap((one) => checkGift(one, tables, options.isUndone?.(one) ?? false)),
    ...checkUnasked(gifts, tables, options.others),
    ...checkSettlement(tables),
    ...checkBalances(tables),
    ...checkClaims(claims, tables),
  ];
}

function checkGift(one: OperationHistory, tables: MoneyTables, isUndone: boolean): Violation[] {
  const { id, userId, coins } = one.operation;
  const key = keyOf(id, userId);
  const records = tables.gifts.get(key) ?? [];
  const failures = tables.failures.get(key) ?? 0;
  const told = one.events.flatMap((event) => toldStatus(event) ?? []);
  const last = told.at(-1);
  const violations: Violation[] = [];
  const find = (rule: Rule, detail: string) =>
    violations.push({ rule, subject: `${id} of ${userId}`, detail });

  if (records.length > 1 || (records.length > 0 && failures > 0))
    find("recorded-twice", `${records.length} records, ${failures} failures`);
  for (const record of records) {
    if (coins !== undefined && record.totalCoins !== coins)
      find("wrong-price", `sent for ${coins}, recorded with ${record.totalCoins}`);
    if (record.trades !== 1 || record.tradeCoins !== record.totalCoins)
      find("paid-not-once", `${record.trades} trades of ${record.tradeCoins} coins`);
  }

  const isAcknowledged = told.some(({ status }) => status !== "unknown");
  if (!isUndone) {
    if (isAcknowledged && records.length === 0 && failures === 0)
      find("acknowledged-lost", "told as accepted, and in no table");
    if (told.some(({ status }) => status === "settled" || status === "refunded") && records.length === 0)
      find("settled-not-recorded", "told as settled, and not among the gifts");
    if (told.some(({ status }) => status === "failed")) {
      if (records.length > 0) find("failed-but-paid", "told as failed, and paid");
      else if (failures === 0) find("failed-not-recorded", "told as failed, and not among the failures");
    }
    for (const detail of findStepsBack(told)) find("went-back", detail);
  }

  const answers = one.events.filter(({ type }) => type === "ok" || type === "fail" || type === "unknown");
  const isRefused = answers.length > 0 && answers.every(({ type }) => type === "fail");
  if (isRefused) {
    if (records.length > 0) find("refused-but-paid", "refused each time, and paid");
    return violations;
  }
  const actual = records.length > 0 ? "settled" : failures > 0 ? "failed" : "unknown";
  if (!last || last.status === "pending") find("unresolved", `told ${last?.status ?? "nothing"} at last`);
  else if ((last.status === "refunded" ? "settled" : last.status) !== actual)
    find("wrong-at-last", `told ${last.status} at last, and it is ${actual}`);
  return violations;
}

interface Told {
  status: GiftOrderStatus;
  askedAtMs: number;
  atMs: number;
}

function toldStatus(event: HistoryEvent): Told | undefined {
  if (event.type !== "ok" && event.type !== "status") return undefined;
  return { status: event.status, askedAtMs: event.askedAtMs, atMs: event.atMs };
}

/** A final word holds for whatever is asked after it was heard. */
function findStepsBack(told: readonly Told[]): string[] {
  const found: string[] = [];
  for (const earlier of told) {
    if (earlier.status === "pending" || earlier.status === "unknown") continue;
    const later = told.find(
      (one) => one.askedAtMs > earlier.atMs && one.status !== earlier.status && one.status !== "refunded",
    );
    if (later) found.push(`${earlier.status}, and ${later.status} ${later.atMs - earlier.atMs} ms later`);
  }
  return found.slice(0, 1);
}

/** Gifts of these senders that nobody has asked for. */
function checkUnasked(
  gifts: readonly OperationHistory[],
  tables: MoneyTables,
  others: ReadonlySet<string> = new Set(),
): Violation[] {
  const asked = new Set(gifts.map(({ operation }) => keyOf(operation.id, operation.userId)));
  return [...tables.gifts.keys()]
    .filter((key) => !asked.has(key) && !others.has(userOf(key)))
    .map((key) => ({ rule: "unasked", subject: key, detail: "recorded, and nobody has sent it" }));
}

function checkSettlement(tables: MoneyTables): Violation[] {
  const violations: Violation[] = [];
  for (const { bucket, lastSeq, records, cursor } of tables.buckets) {
    const subject = `bucket ${bucket}`;
    if (records !== lastSeq)
      violations.push({ rule: "gap", subject, detail: `${records} gifts up to number ${lastSeq}` });
    if (cursor > lastSeq)
      violations.push({
        rule: "cursor-beyond-feed",
        subject,
        detail: `settled up to ${cursor}, and there are ${lastSeq}`,
      });
  }
  for (const [key, records] of tables.gifts) {
    for (const { bucket, seq } of records) {
      const ranges = tables.ranges.filter(
        (range) => range.bucket === bucket && range.fromSeq <= seq && seq <= range.toSeq,
      );
      if (ranges.length !== 1)
        violations.push({
          rule: "not-settled-once",
          subject: key,
          detail: `number ${seq} of bucket ${bucket} is in ${ranges.length} settlements`,
        });
    }
  }
  if (tables.settledCoins !== tables.giftCoins)
    violations.push({
      rule: "not-settled-once",
      subject: "all gifts",
      detail: `${tables.giftCoins} coins were given and ${tables.settledCoins} settled`,
    });
  return violations;
}

function checkBalances(tables: MoneyTables): Violation[] {
  const violations: Violation[] = [];
  let sum = 0;
  for (const { accountId, balanceCoins, entriesCoins } of tables.accounts) {
    sum += balanceCoins;
    if (balanceCoins !== entriesCoins)
      violations.push({
        rule: "wrong-balance",
        subject: accountId,
        detail: `balance ${balanceCoins}, entries ${entriesCoins}`,
      });
  }
  if (sum !== 0)
    violations.push({ rule: "coins-from-nowhere", subject: "all accounts", detail: `sum up to ${sum}` });
  return violations;
}

const userOf = (key: string): string => key.slice(key.indexOf(" ") + 1);
