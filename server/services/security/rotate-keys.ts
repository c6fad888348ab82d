import type { Sql } from "@/db/client";
import {
  countSealedByKey,
  listSealedOtherwise,
  replaceSealed,
  SEALED_ACCOUNTS,
  SEALED_FACTORS,
  SEALED_PHONES,
  type SealedColumn,
  type SealedRow,
} from "@/db/sealed-columns";
import { phonePlace } from "@/platform/security/phone-seal";
import { type Place, SealedValueError, sealedPrefix, type Vault } from "@/platform/security/vault";
import type { Resources } from "../context";
import { secondFactorPlace } from "../second-factor/time-codes";
import { payoutAccountPlace } from "../withdrawal/payout-account";

const ROWS_AT_ONCE = 500;
const NIL_ID = "00000000-0000-0000-0000-000000000000";

export interface RotatedColumn {
  name: string;
  rotated: number;
  /** Values whose key is not among the settings, or that were changed: nobody can read them. */
  unreadable: number;
  /** How many values each key has sealed now. */
  byKey: Map<string, number>;
}

/**
 * Seals everything anew that another than the current key has sealed, a few hundred rows at a time, while the product
 * runs: a value that changes meanwhile is left to whoever changed it. A run that was cut off goes on with what is left.
 */
export async function rotateKeys(
  { live, finance }: Pick<Resources, "live" | "finance">,
  vault: Vault,
): Promise<RotatedColumn[]> {
  return [
    await rotateColumn(vault, live.sql, SEALED_PHONES, ({ id }) => phonePlace(id)),
    await rotateColumn(vault, live.sql, SEALED_FACTORS, ({ id }) => secondFactorPlace(id)),
    await rotateColumn(vault, finance.sql, SEALED_ACCOUNTS, ({ anchorId, withdrawalId }) =>
      payoutAccountPlace(anchorId, withdrawalId),
    ),
  ];
}

async function rotateColumn<Facts extends object>(
  vault: Vault,
  sql: Sql,
  column: SealedColumn<Facts>,
  placeOf: (row: SealedRow & Facts) => Place,
): Promise<RotatedColumn> {
  const prefix = sealedPrefix(vault.currentKeyId);
  let [rotated, unreadable, afterId] = [0, 0, NIL_ID];
  for (;;) {
    const rows = await listSealedOtherwise(sql, column, { prefix, afterId, limit: ROWS_AT_ONCE });
    const last = rows.at(-1);
    if (!last) break;
    const readable = rows.flatMap((row) => {
      const next = sealAnew(vault, placeOf(row), row.sealed);
      return next === undefined ? [] : [{ ...row, next }];
    });
    unreadable += rows.length - readable.length;
    rotated += await replaceSealed(sql, column, readable);
    afterId = last.id;
  }
  const name = `${column.table}.${column.value}`;
  return { name, rotated, unreadable, byKey: await countSealedByKey(sql, column) };
}

function sealAnew(vault: Vault, place: Place, sealed: string): string | undefined {
  try {
    return vault.seal(place, vault.open(place, sealed));
  } catch (error) {
    if (error instanceof SealedValueError) return undefined;
    throw error;
  }
}
