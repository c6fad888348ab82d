import { BizError } from "@/domain/contracts/errors";
import { isDemoMode } from "@/platform/settings/env";
import type { Ctx } from "../context";

/** Where there are real people there is no simulator. Throws NOT_FOUND. */
export function requireDemo({ env }: Pick<Ctx, "env">): void {
  if (!isDemoMode(env)) throw new BizError("NOT_FOUND", { reason: "mode" });
}
