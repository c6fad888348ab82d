import {
  countAccountsByKey,
  listAccountsSealedOtherwise,
  replaceSealedAccounts,
  type SealedAccount,
} from "@/db/finance/queries/sealed-accounts";
import {
  countPhonesByKey,
  listPhonesSealedOtherwise,
  replaceSealedPhones,
  type SealedRow,
} from "@/db/live/queries/sealed-phones";
import {
  countFactorsByKey,
  listFactorsSealedOtherwise,
  replaceSealedFactors,
  type SealedFactor,
} from "@/db/live/queries/second-factors";
import { phonePlace } from "@/platform/security/phone-seal";
import { type Place, SealedValueError, sealedPrefix, type Vault } from "@/platform/security/vault";
import type { Resources } from "../context";
import { secondFactorPlace } from "../second-factor/time-codes";
import { payoutAccountPlace } from "../withdrawal/payout-account";

const ROWS_AT_ONCE = 500;
const NIL_ID = "00000000-0000-0000-0000-000000000000";

/** A column of sealed values, read by pages of those that the current key has not sealed. */
interface SealedColumn<Row extends { sealed: string }> {
  name: string;
  idOf(row: Row): string;
  placeOf(row: Row): Place;
  list(input: { prefix: string; afterId: string; limit: number }): Promise<Row[]>;
  replace(rows: (Row & { next: string })[]): Promise<number>;
  count(): Promise<Map<string, number>>;
}

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
    await rotateColumn<SealedRow>(vault, {
      name: "users.phone_cipher",
      idOf: (row) => row.id,
      placeOf: (row) => phonePlace(row.id),
      list: (input) => listPhonesSealedOtherwise(live, input),
      replace: (rows) => replaceSealedPhones(live, rows),
      count: () => countPhonesByKey(live),
    }),
    await rotateColumn<SealedFactor>(vault, {
      name: "second_factors.secret_cipher",
      idOf: (row) => row.id,
      placeOf: (row) => secondFactorPlace(row.id),
      list: (input) => listFactorsSealedOtherwise(live, input),
      replace: (rows) => replaceSealedFactors(live, rows),
      count: () => countFactorsByKey(live),
    }),
    await rotateColumn<SealedAccount>(vault, {
      name: "withdrawals.account_cipher",
      idOf: (row) => row.payoutId,
      placeOf: (row) => payoutAccountPlace(row.anchorId, row.withdrawalId),
      list: (input) => listAccountsSealedOtherwise(finance, input),
      replace: (rows) => replaceSealedAccounts(finance, rows),
      count: () => countAccountsByKey(finance),
    }),
  ];
}

async function rotateColumn<Row extends { sealed: string }>(
  vault: Vault,
  column: SealedColumn<Row>,
): Promise<RotatedColumn> {
  const prefix = sealedPrefix(vault.currentKeyId);
  let [rotated, unreadable, afterId] = [0, 0, NIL_ID];
  for (;;) {
    const rows = await column.list({ prefix, afterId, limit: ROWS_AT_ONCE });
    const last = rows.at(-1);
    if (!last) break;
    const readable = rows.flatMap((row) => {
      const next = sealAnew(vault, column.placeOf(row), row.sealed);
      return next === undefined ? [] : [{ ...row, next }];
    });
    unreadable += rows.length - readable.length;
    rotated += await column.replace(readable);
    afterId = column.idOf(last);
  }
  return { name: column.name, rotated, unreadable, byKey: await column.count() };
}

function sealAnew(vault: Vault, place: Place, sealed: string): string | undefined {
  try {
    return vault.seal(place, vault.open(place, sealed));
  } catch (error) {
    if (error instanceof SealedValueError) return undefined;
    throw error;
  }
}
