import { randomInt } from "node:crypto";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { admin } from "better-auth/plugins/admin";
import { defaultAc } from "better-auth/plugins/admin/access";
import { anonymous } from "better-auth/plugins/anonymous";
import { phoneNumber } from "better-auth/plugins/phone-number";
import { v7 as uuidv7 } from "uuid";
import { AUTH_MODELS, createAuthAdapter, PHONE_FIELDS } from "@/db/live/auth-adapter";
import { moveRestrictions } from "@/db/live/queries/room-restrictions";
import { ensureWallet } from "@/db/live/queries/wallets";
import { BizError } from "../contracts/errors";
import { DEMO_CODE, isDemoUserPhone } from "../rules/demo-users";
import { parseRateWindows } from "../rules/rate-limit";
import { type ClientAddress, parseAddress } from "../security/client-address";
import { phoneSealOf } from "../security/phone-seal";
import type { Resources } from "../services/context";
import { consumeRateLimit } from "../services/rate-limit";
import { CLIENT_IP_HEADER } from "./client-ip-header";
import { COOKIE_PREFIX } from "./cookie-prefix";
import { errorReason } from "./error-reason";
import { sendSessionNotice } from "./session-notices";
import type { SmsProvider } from "./sms-provider";

const CODE_TTL_SECONDS = 300;
const WRONG_CODES_MAX = 5;
const E164 = /^\+[1-9]\d{6,14}$/;
/** Many people share one address: it gets this many times the allowance of one phone. */
const PHONES_PER_IP = 30;

/** What of better-auth this product does not offer; an operator bans, unbans, sets roles and looks people up. */
const DISABLED_PATHS = [
  "/sign-in/phone-number",
  "/sign-in/email",
  "/sign-in/social",
  "/sign-up/email",
  "/phone-number/request-password-reset",
  "/phone-number/reset-password",
  "/request-password-reset",
  "/reset-password",
  "/change-password",
  "/change-email",
  "/verify-password",
  "/send-verification-email",
  "/verify-email",
  "/link-social",
  "/unlink-account",
  "/update-user",
  "/update-session",
  "/delete-user",
  "/delete-anonymous-user",
  "/admin/create-user",
  "/admin/update-user",
  "/admin/remove-user",
  "/admin/set-user-password",
  "/admin/impersonate-user",
  "/admin/stop-impersonating",
];

const roles = {
  guest: defaultAc.newRole({ user: [], session: [] }),
  viewer: defaultAc.newRole({ user: [], session: [] }),
  anchor: defaultAc.newRole({ user: [], session: [] }),
  operator: defaultAc.newRole({
    user: ["list", "get", "set-role", "ban"],
    session: ["list", "revoke"],
  }),
};

/** Short, hard to guess, and nothing of the phone number in it. */
const nameWithNumber = (word: string) => `${word} ${randomInt(10_000, 100_000)}`;
const madeUpEmail = () => `${uuidv7()}@users.invalid`;

/** Sessions, one-time codes and guests. The HTTP server checks the origin before anything gets here. */
export function createAuth(
  resources: Pick<Resources, "env" | "log" | "live" | "redis">,
  sms: SmsProvider | null,
) {
  const { env, log, live, redis } = resources;
  const phones = phoneSealOf(env);
  const isDemo = env.DOWNPOUR_MODE !== "production";
  const hasFixedCode = (phone: string) => isDemo && isDemoUserPhone(phone);

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
      cookieCache: { enabled: true, maxAge: env.SESSION_CACHE_SECONDS },
    },
    trustedOrigins: [env.PUBLIC_URL, ...env.TRUSTED_ORIGINS.split(",").filter(Boolean)],
    disabledPaths: DISABLED_PATHS,
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
        otpLength: DEMO_CODE.length,
        expiresIn: CODE_TTL_SECONDS,
        allowedAttempts: WRONG_CODES_MAX,
        phoneNumberValidator: (phone) => E164.test(phone),
        schema: { user: { fields: { phoneNumber: PHONE_FIELDS.index } } },
        signUpOnVerification: { getTempEmail: madeUpEmail, getTempName: () => nameWithNumber("Viewer") },
        async sendOTP({ phoneNumber: phone, code }, ctx) {
          if (!hasFixedCode(phone)) {
            await deliver(sms, phone, code);
            return;
          }
          const { internalAdapter } = (ctx as HookContext).context;
          await internalAdapter.deleteVerificationByIdentifier(phone);
          await putFixedCode(internalAdapter, phone);
        },
      }),
      anonymous({
        generateName: () => nameWithNumber("Guest"),
        generateRandomEmail: madeUpEmail,
        async onLinkAccount({ anonymousUser, newUser }) {
          await moveRestrictions(live, { fromUserId: anonymousUser.user.id, toUserId: newUser.user.id });
        },
      }),
      admin({ defaultRole: "viewer", adminRoles: ["operator"], roles }),
    ],
    hooks: {
      before: createAuthMiddleware(async (ctx) => {
        if (!ctx.path.startsWith("/phone-number/")) return;
        const phone: unknown = (ctx.body as { phoneNumber?: unknown } | undefined)?.phoneNumber;
        if (typeof phone !== "string" || !E164.test(phone)) {
          throw new APIError("BAD_REQUEST", {
            code: "INVALID_PHONE_NUMBER",
            message: "A phone number with its country code is needed, as in +8613800000001.",
          });
        }
        if (ctx.path === "/phone-number/send-otp") {
          // Nothing is sent to seeded phones, so there is nothing to limit.
          if (!hasFixedCode(phone)) {
            await limitCodes(resources, phone, parseAddress(ctx.headers?.get(CLIENT_IP_HEADER) ?? ""));
          }
        } else if (ctx.path === "/phone-number/verify" && hasFixedCode(phone)) {
          const { internalAdapter } = ctx.context;
          const waiting = await internalAdapter.findVerificationValue(phone);
          if (!waiting || waiting.expiresAt < new Date()) await putFixedCode(internalAdapter, phone);
        }
      }),
    },
    databaseHooks: {
      user: {
        create: {
          before: async (user) => ({ data: { ...user, role: user.isAnonymous ? "guest" : "viewer" } }),
          after: async (user) => {
            if (!user.isAnonymous) await ensureWallet(live, user.id);
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

interface Verifications {
  createVerificationValue(value: { identifier: string; value: string; expiresAt: Date }): Promise<unknown>;
  deleteVerificationByIdentifier(identifier: string): Promise<unknown>;
}
interface HookContext {
  context: { internalAdapter: Verifications };
}

/** In the plugin's own form, `code:wrong tries`, so that it is checked, counted and used up like any other. */
async function putFixedCode(verifications: Verifications, phone: string): Promise<void> {
  await verifications.createVerificationValue({
    identifier: phone,
    value: `${DEMO_CODE}:0`,
    expiresAt: new Date(Date.now() + CODE_TTL_SECONDS * 1_000),
  });
}

async function deliver(sms: SmsProvider | null, phone: string, code: string): Promise<void> {
  if (!sms) {
    throw new APIError("SERVICE_UNAVAILABLE", {
      code: "SMS_NOT_CONFIGURED",
      message: "No SMS provider is configured: set SMS_WEBHOOK_URL.",
    });
  }
  try {
    await sms.sendCode({ phoneNumber: phone, code });
  } catch (cause) {
    throw new APIError("SERVICE_UNAVAILABLE", {
      code: "UNAVAILABLE",
      message: "The code could not be sent. Please try again.",
      cause,
    });
  }
}

async function limitCodes(
  resources: Pick<Resources, "env" | "log" | "redis">,
  phone: string,
  address: ClientAddress | undefined,
): Promise<void> {
  const windows = parseRateWindows(resources.env.RATE_LIMIT_ONE_TIME_CODE);
  const ipWindows = windows.map((window) => ({ ...window, limit: window.limit * PHONES_PER_IP }));
  try {
    await consumeRateLimit(resources.redis, "one-time-code.ip", address?.counted ?? "unknown", ipWindows);
    const phoneKey = phoneSealOf(resources.env).index(phone);
    await consumeRateLimit(resources.redis, "one-time-code.phone", phoneKey, windows);
  } catch (error) {
    if (error instanceof BizError) {
      const { retryAfterMs = 1_000 } = error.details;
      throw new APIError(
        "TOO_MANY_REQUESTS",
        { code: error.bizName, message: error.message, retryAfterMs },
        { "retry-after": String(Math.ceil(retryAfterMs / 1_000)) },
      );
    }
    resources.log.warn({ reason: errorReason(error) }, "one-time codes cannot be limited");
    throw new APIError("SERVICE_UNAVAILABLE", { code: "UNAVAILABLE", message: "Please try again." });
  }
}
