import { drizzleAdapter } from "better-auth/adapters/drizzle";
import type { LiveDb } from "@/db/client";
import { authAccounts, authSessions, authVerifications, users } from "@/db/live/schema";

/** Names of our tables as better-auth knows its models by. */
export const AUTH_MODELS = {
  user: "users",
  session: "auth_sessions",
  account: "auth_accounts",
  verification: "auth_verifications",
} as const;

/** better-auth's store over our tables. */
export function createAuthAdapter(db: LiveDb) {
  return drizzleAdapter(db.orm, {
    provider: "pg",
    schema: {
      [AUTH_MODELS.user]: users,
      [AUTH_MODELS.session]: authSessions,
      [AUTH_MODELS.account]: authAccounts,
      [AUTH_MODELS.verification]: authVerifications,
    },
  });
}
