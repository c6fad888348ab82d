/**
 * What imports cannot say about the ledger: accounts and trades are written in one folder only, and locks of the live
 * database are taken in the order of `db/live/ledger/lock-order.ts`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./project.mjs";

const LEDGER = "db/live/ledger/";
const PRODUCT = /^(?:(?:app|components|db|domain|i18n|platform|push|server|workers)\/|scripts\/.*\.ts$)/;
const TESTS = /\.test\.tsx?$|\/testing\//;

const WRITTEN = [
  /\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?|COPY)\s+(?:ONLY\s+)?(?:"?public"?\s*\.\s*)?"?(?:ledger_accounts|trades)\b/i,
  /\.(?:insert|update|delete)\(\s*(?:\w+\s*\.\s*)?(?:ledgerAccounts|trades)\b/,
  /\b(?:ledgerAccounts|trades)\s+as\b/,
];

/** Functions that lock, by what they lock first; transfers lock wallets too, where the caller holds none yet. */
const LOCKING_CALLS = {
  lockPerson: "users",
  lockOrder: "recharge_orders",
  lockRains: "rains",
  lockWallet: "wallets",
  renewWallet: "wallets",
  placeFreeze: "wallets",
  liftFreeze: "wallets",
  postTransfers: "system accounts",
  postTransferOnce: "system accounts",
};
/** Locks that are waited for; who skips what is locked waits for nobody. */
const LOCKS = new RegExp(
  [
    String.raw`\bFROM\s+(\w+)\b(?:(?!\bFROM\b)[^\`])*?\bFOR\s+(?:NO\s+KEY\s+)?(?:UPDATE|SHARE)\b(?!(?:\s+OF\s+\w+)?\s+SKIP)`,
    String.raw`\.from\((\w+)\)(?:(?!\.from\()[^;])*?\.for\("`,
    String.raw`\bawait\s+(${Object.keys(LOCKING_CALLS).join("|")})\(`,
  ].join("|"),
  "g",
);
const toTable = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function readLockOrder() {
  const source = readFileSync(join(ROOT, LEDGER, "lock-order.ts"), "utf8");
  const list = /LOCK_ORDER = \[([^\]]*)\]/.exec(source)?.[1] ?? "";
  return [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1]);
}

/** Without what stands in parentheses: a lock is of the tables outside of them. */
function withoutSubqueries(statement) {
  const outer = statement.replace(/\([^()]*\)/g, "");
  return outer === statement ? outer : withoutSubqueries(outer);
}

/** What a function locks, in the order in which it is written. */
function listLocks(text) {
  const locks = [];
  for (const [, table, ormTable, call] of text.replace(/`[^`]*`/g, withoutSubqueries).matchAll(LOCKS)) {
    const name = call ? LOCKING_CALLS[call] : toTable(table ?? ormTable);
    const kind = name === "ledger_accounts" ? "wallets" : name;
    if (kind === "system accounts" && !locks.includes("wallets")) locks.push("wallets");
    if (!locks.includes(kind)) locks.push(kind);
  }
  return locks;
}

/** @returns violations as `{ rule, from, path }` */
export function checkLedger(sources) {
  const order = readLockOrder();
  const violations = [];
  for (const [file, source] of sources) {
    if (!PRODUCT.test(file) || TESTS.test(file)) continue;
    const report = (rule, what) => violations.push({ rule, from: file, path: [file, what] });
    if (!file.startsWith(LEDGER)) {
      for (const pattern of WRITTEN) {
        const written = pattern.exec(source)?.[0].replace(/\s+/g, " ");
        if (written) report("the-ledger-has-one-hand", written);
      }
    }
    if (!file.startsWith("db/live/")) continue;
    for (const text of source.split(/^(?=(?:export )?(?:async )?(?:function|const) )/m)) {
      const locks = listLocks(text);
      for (const lock of locks) if (!order.includes(lock)) report("locks-are-in-the-table", lock);
      for (const [i, lock] of locks.entries()) {
        const before = locks[i - 1];
        if (before && order.indexOf(before) > order.indexOf(lock))
          report("locks-follow-their-order", `${before}, then ${lock}`);
      }
    }
  }
  if (order.length === 0)
    violations.push({ rule: "locks-are-in-the-table", from: "", path: ["no table was found"] });
  return violations;
}
