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
