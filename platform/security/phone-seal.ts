import type { PhoneSeal } from "@/db/live/phone-seal";
import { type Vault, vaultOf } from "./vault";

/** Where a person's number stands; also for whoever changes its key. */
export const phonePlace = (userId: string) => ({ table: "users", column: "phone_cipher", rowId: userId });

/** How phone numbers stand in the database, by the keys of a vault. */
export function createPhoneSeal(vault: Vault): PhoneSeal {
  return {
    index: (phoneNumber) => vault.index("phone", phoneNumber),
    seal: (userId, phoneNumber) => vault.seal(phonePlace(userId), phoneNumber),
    open: (userId, sealed) => vault.open(phonePlace(userId), sealed),
  };
}

export const phoneSealOf = (env: Parameters<typeof vaultOf>[0]) => createPhoneSeal(vaultOf(env));
