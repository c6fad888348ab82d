import {
  listSealedPhones,
  type PhoneRow,
  respellPhone,
  wasAlarmRaised,
} from "@/db/live/queries/canonical-phones";
import { canonicalPhone } from "@/domain/rules/phone-number";
import { newTraceId } from "@/platform/observability/trace";
import { phoneSealOf } from "@/platform/security/phone-seal";
import { SealedValueError } from "@/platform/security/vault";
import { raiseAlarm } from "../alarm/raise-alarm";
import type { Resources } from "../context";

const ROWS_AT_ONCE = 500;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** `impossible`: numbers that nobody can sign in with, as no such number exists; `doubles`: two accounts of one telephone. */
export interface RespelledPhones {
  respelled: number;
  doubles: number;
  impossible: number;
  unreadable: number;
}

/**
 * Gives every stored phone number its one spelling, by which it is looked up since numbers are canonical. Where two
 * accounts turn out to have one telephone, the one that has the spelling keeps it, or the older one gets it; the other is
 * left as it is and operators are told once. A run that is cut off is gone on with by the next.
 */
export async function respellPhones(
  resources: Pick<Resources, "env" | "live" | "log">,
  signal?: AbortSignal,
): Promise<RespelledPhones> {
  const { env, live, log } = resources;
  const phones = phoneSealOf(env);
  const found: RespelledPhones = { respelled: 0, doubles: 0, impossible: 0, unreadable: 0 };

  async function look(row: PhoneRow): Promise<void> {
    let phone: string;
    try {
      phone = phones.open(row.userId, row.phoneCipher);
    } catch (error) {
      // Its key is gone; `rotate-keys` tells of it.
      if (!(error instanceof SealedValueError)) throw error;
      found.unreadable += 1;
      return;
    }
    const canonical = canonicalPhone(phone);
    if (canonical === null) found.impossible += 1;
    if (canonical === null || canonical === phone) return;
    const next = { phoneIndex: phones.index(canonical), phoneCipher: phones.seal(row.userId, canonical) };
    const result = await respellPhone(live, row, next);
    if (result.outcome === "respelled") found.respelled += 1;
    if (result.outcome !== "taken") return;
    found.doubles += 1;
    const subject = `user:${row.userId}`;
    if (await wasAlarmRaised(live, "people.phone_doubles", subject)) return;
    await raiseAlarm(resources, {
      kind: "people.phone_doubles",
      subject,
      facts: { sameAs: result.byUserId },
      traceId: newTraceId(),
    });
  }

  let afterId = FIRST_ID;
  while (!signal?.aborted) {
    const rows = await listSealedPhones(live, { afterId, limit: ROWS_AT_ONCE });
    for (const row of rows) await look(row);
    const last = rows.at(-1);
    if (!last) break;
    afterId = last.userId;
  }
  if (found.impossible > 0) log.warn(found, "some stored telephone numbers cannot exist");
  return found;
}
