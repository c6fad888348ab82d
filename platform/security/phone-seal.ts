import { type Vault, vaultOf } from "./vault";

/**
 * How phone numbers stand in the database: `users.phone_index` finds a person by the number and cannot be turned back
 * into it, `users.phone_cipher` holds it encrypted. The keys are none of the database's business, so this is handed in.
 */
export interface PhoneSeal {
  /** 64 hex digits, the same for the same number. */
  index(phoneNumber: string): string;
  seal(userId: string, phoneNumber: string): string;
  /** Throws when the value cannot be opened for this user. */
  open(userId: string, sealed: string): string;
}

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
