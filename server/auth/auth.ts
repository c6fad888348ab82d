import { randomInt } from "node:crypto";
import { betterAuth } from "better-auth/minimal";
import { admin } from "better-auth/plugins/admin";
import { defaultAc } from "better-auth/plugins/admin/access";
import { anonymous } from "better-auth/plugins/anonymous";
import { phoneNumber } from "better-auth/plugins/phone-number";
import { v7 as uuidv7 } from "uuid";
import { AUTH_MODELS, createAuthAdapter, PHONE_FIELDS } from "@/db/live/auth-adapter";
import { openWallets } from "@/db/live/ledger/accounts";
import { moveGuestMarks } from "@/db/live/queries/guest-marks";
import { moveRestrictions } from "@/db/live/queries/room-restrictions";
import { phoneSealOf } from "@/platform/security/phone-seal";
import type { Resources } from "../services/context";
import { consumeSignInCode } from "../services/one-time-code/sign-in-code";
import { CLIENT_IP_HEADER } from "./client-ip-header";
import { COOKIE_PREFIX } from "./cookie-prefix";
import { errorReason } from "./error-reason";
import { readAsker } from "./read-asker";
import { SESSION_RENEWED_AFTER_SECONDS, sessionSecondsOf } from "./session-lifetime";
import { sendSessionNotice } from "./session-notices";

/** Of fields that the library has by itself: they stand in no answer and in no cookie. */
const HIDDEN = { required: false, input: false, returned: false } as const;

/** Nobody may do anything to others through the library. */
const nothing = () => defaultAc.newRole({ user: [], session: [] });
const ROLES = { guest: nothing(), viewer: nothing(), anchor: nothing(), operator: nothing() };

/** Short, hard to guess, and nothing of the phone number in it. */
const nameWithNumber = (word: string) => `${word} ${randomInt(10_000, 100_000)}`;
const madeUpEmail = () => `${uuidv7()}@users.invalid`;

/**
 * Sessions, people and guests. What can be asked of it from outside is in `auth-endpoints.ts`; the HTTP server checks the
 * origin before anything gets here. Codes are made, sent and checked by us (`services/one-time-code`).
 */
export function createAuth(resources: Pick<Resources, "env" | "log" | "live" | "redis">) {
  const { env, log, live, redis } = resources;
  const phones = phoneSealOf(env);

  return betterAuth({
    appName: "Downpour",
    baseURL: new URL(env.PUBLIC_URL).origin,
    basePath: "/api/auth",
    secret: env.AUTH_SECRET,
    database: createAuthAdapter(live, phones),
    user: {
      modelName: AUTH_MODELS.user,
      additionalFields: {
        [PHONE_FIELDS.cipher]: { type: "string", required: false, input: false, returned: false },
        givesAnonymously: { type: "boolean", required: false, input: false, defaultValue: false },
      },
    },
    account: { modelName: AUTH_MODELS.account },
    // What is verified are phone numbers, so no plain hash would do: all numbers there are can be tried in minutes.
    verification: {
      modelName: AUTH_MODELS.verification,
      storeIdentifier: { hash: async (phone) => phones.index(phone) },
    },
    session: {
      modelName: AUTH_MODELS.session,
      expiresIn: sessionSecondsOf(env),
      updateAge: SESSION_RENEWED_AFTER_SECONDS,
      additionalFields: {
        ipAddress: { type: "string", ...HIDDEN },
        userAgent: { type: "string", ...HIDDEN },
      },
      cookieCache: { enabled: true, maxAge: env.SESSION_CACHE_SECONDS },
    },
    trustedOrigins: [env.PUBLIC_URL, ...env.TRUSTED_ORIGINS.split(",").filter(Boolean)],
    // Limits are ours: they hold across processes.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: env.PUBLIC_URL.startsWith("https://"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/" },
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
      database: { generateId: () => uuidv7() },
      // Our server refuses foreign origins for the whole of /api, by the same rule everywhere.
      disableCSRFCheck: true,
    },
    // Errors that better-auth does not know come to our HTTP route, which names them.
    onAPIError: { throw: true },
    logger: {
      log: (level, message, ...details) => {
        const error = details.find((detail) => detail instanceof Error);
        log[level === "error" ? "error" : level === "warn" ? "warn" : "debug"](
          error ? { reason: errorReason(error) } : {},
          `auth: ${message.split("\nparams:", 1)[0]}`,
        );
      },
    },
    plugins: [
      phoneNumber({
        schema: { user: { fields: { phoneNumber: PHONE_FIELDS.index } } },
        // Its way of sending codes, which keeps them in the clear, cannot be reached.
        sendOTP: () => Promise.reject(new Error("Codes are sent by sendSignInCode.")),
        signUpOnVerification: { getTempEmail: madeUpEmail, getTempName: () => nameWithNumber("Viewer") },
        async verifyOTP({ phoneNumber: phone, code }, ctx) {
          const headers = ctx?.headers;
          const asker = readAsker(env, {
            cookie: headers?.get("cookie") ?? undefined,
            address: headers?.get(CLIENT_IP_HEADER) ?? undefined,
            userAgent: headers?.get("user-agent") ?? undefined,
          });
          await consumeSignInCode(resources, { phoneNumber: phone, code, asker });
          return true;
        },
      }),
      anonymous({
        generateName: () => nameWithNumber("Guest"),
        generateRandomEmail: madeUpEmail,
        async onLinkAccount({ anonymousUser, newUser }) {
          await moveGuestMarks(live, { fromUserId: anonymousUser.user.id, toUserId: newUser.user.id });
          await moveRestrictions(live, { fromUserId: anonymousUser.user.id, toUserId: newUser.user.id });
        },
      }),
      // For its fields and for refusing who is banned; its endpoints are closed, as all that are not on our list.
      admin({ defaultRole: "viewer", adminRoles: ["operator"], roles: ROLES }),
    ],
    databaseHooks: {
      user: {
        create: {
          before: async (user) => ({ data: { ...user, role: user.isAnonymous ? "guest" : "viewer" } }),
          after: async (user) => {
            if (!user.isAnonymous) await openWallets(live.sql, [user.id]);
          },
        },
        update: { after: async (user) => void (await sendSessionNotice(redis, log, { userId: user.id })) },
      },
      session: {
        delete: {
          after: async (session) => void (await sendSessionNotice(redis, log, { sessionId: session.id })),
        },
      },
    },
  });
}

export type Auth = ReturnType<typeof createAuth>;
