import { sql } from "drizzle-orm";
import { boolean, check, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { at } from "../../columns";

export const ROLES = ["guest", "viewer", "anchor", "operator"] as const;

/** People, in the shape that better-auth reads and writes (phone number, anonymous and admin plugins). */
export const users = pgTable(
  "users",
  {
    id: uuid("id").primaryKey(),
    /** The nickname that others see. */
    name: text("name").notNull(),
    email: text("email").notNull().unique(),
    emailVerified: boolean("email_verified").notNull().default(false),
    image: text("image"),
    /** Sends gifts without the name unless the person says otherwise. */
    givesAnonymously: boolean("gives_anonymously").notNull().default(false),
    /** Wants the lobby as everybody has it, not in an order of their own. */
    plainLobby: boolean("plain_lobby").notNull().default(false),
    /** Finds a person by phone number and cannot be turned back into it; see `phone-seal.ts`. */
    phoneIndex: text("phone_index").unique(),
    /** The phone number itself, encrypted. */
    phoneCipher: text("phone_cipher"),
    phoneNumberVerified: boolean("phone_number_verified"),
    isAnonymous: boolean("is_anonymous").default(false),
    /** Exactly one; the database refuses anything else. */
    role: text("role", { enum: ROLES }).notNull().default("viewer"),
    banned: boolean("banned").default(false),
    banReason: text("ban_reason"),
    banExpires: at("ban_expires"),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (t) => [
    check("users_one_role", sql`${t.role} IN ('guest', 'viewer', 'anchor', 'operator')`),
    check("users_guest_has_no_role", sql`${t.isAnonymous} IS NOT TRUE OR ${t.role} = 'guest'`),
    /** People by the beginning of their nickname, in no matter which case, and by their role. */
    index("users_name").on(sql`lower(${t.name}) COLLATE "C"`, t.id),
    index("users_role").on(t.role, t.id),
    check(
      "users_phone_sealed",
      sql`(${t.phoneIndex} IS NULL) = (${t.phoneCipher} IS NULL) AND ${t.phoneIndex} ~ '^[0-9a-f]{64}$' AND ${t.phoneCipher} LIKE 'v1:%'`,
    ),
    /** Whoever has proven a phone is registered. */
    check("users_guests_have_no_phone", sql`${t.isAnonymous} IS NOT TRUE OR ${t.phoneIndex} IS NULL`),
    /** Guests by when they were last here: those who left no trace go after a while. */
    index("users_guests").on(t.updatedAt, t.id).where(sql`is_anonymous`),
  ],
);

export const authSessions = pgTable(
  "auth_sessions",
  {
    id: uuid("id").primaryKey(),
    token: text("token").notNull().unique(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    expiresAt: at("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    impersonatedBy: text("impersonated_by"),
    /** When an operator gave a code of the second factor here last. */
    secondFactorAt: at("second_factor_at"),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (t) => [index("auth_sessions_user").on(t.userId), index("auth_sessions_expired").on(t.expiresAt)],
);

export const authAccounts = pgTable(
  "auth_accounts",
  {
    id: uuid("id").primaryKey(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: at("access_token_expires_at"),
    refreshTokenExpiresAt: at("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (t) => [index("auth_accounts_user").on(t.userId)],
);

export const authVerifications = pgTable(
  "auth_verifications",
  {
    id: uuid("id").primaryKey(),
    /** What is verified, as a blind index. */
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: at("expires_at").notNull(),
    createdAt: at("created_at").notNull().defaultNow(),
    updatedAt: at("updated_at").notNull().defaultNow(),
  },
  (t) => [
    index("auth_verifications_identifier").on(t.identifier),
    index("auth_verifications_expired").on(t.expiresAt),
  ],
);
