import { oneTimeCodeKey } from "@/platform/redis/web-keys";
import type { Env } from "@/platform/settings/env";
import { hashCode } from "../one-time-code/code-hash";

/** Where the two codes of a change wait, and what of them: each is good for this change, person and number only. */
export function phoneChangeCodes(
  env: Env,
  change: { changeId: string; userId: string; oldIndex: string; newIndex: string },
  codes: { oldCode: string; newCode: string },
): { key: string; hash: string }[] {
  const { changeId, userId, oldIndex, newIndex } = change;
  const place = (which: string, index: string) => ["phone-change", changeId, userId, which, index];
  return [
    {
      key: oneTimeCodeKey(changeId, "old"),
      hash: hashCode(env, place("old", oldIndex), codes.oldCode),
    },
    {
      key: oneTimeCodeKey(changeId, "new"),
      hash: hashCode(env, place("new", newIndex), codes.newCode),
    },
  ];
}
