import type { PhoneSeal } from "@/db/live/phone-seal";
import { type Vault, vaultOf } from "./vault";

const place = (userId: string) => ({ table: "users", column: "phone_cipher", rowId: userId });

/** How phone numbers stand in the database, by the keys of a vault. */
export function createPhoneSeal(vault: Vault): PhoneSeal {
  return {
    index: (phoneNumber) => vault.index("phone", phoneNumber),
    seal: (userId, phoneNumber) => vault.seal(place(userId), phoneNumber),
    open: (userId, sealed) => vault.open(place(userId), sealed),
  };
}

export const phoneSealOf = (env: Parameters<typeof vaultOf>[0]) => createPhoneSeal(vaultOf(env));
