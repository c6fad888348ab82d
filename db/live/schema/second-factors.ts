import { bigint, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { at } from "../../columns";
import { users } from "./users";

/** The second factor of an operator: a time-based code (RFC 6238). Not in force until a first code has confirmed it. */
export const secondFactors = pgTable("second_factors", {
  userId: uuid("user_id")
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  /** The secret, encrypted. */
  secretCipher: text("secret_cipher").notNull(),
  confirmedAt: at("confirmed_at"),
  /** The newest half minute whose code was used: neither it nor an earlier one is good again. */
  lastStep: bigint("last_step", { mode: "number" }).notNull().default(0),
  wrongTries: integer("wrong_tries").notNull().default(0),
  lockedUntil: at("locked_until"),
  createdAt: at("created_at").notNull().defaultNow(),
});

/** Codes for whoever has lost the device; each is good once. Only hashes are kept. */
export const recoveryCodes = pgTable(
  "recovery_codes",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    codeHash: text("code_hash").notNull(),
    usedAt: at("used_at"),
  },
  (t) => [primaryKey({ columns: [t.userId, t.codeHash] })],
);
