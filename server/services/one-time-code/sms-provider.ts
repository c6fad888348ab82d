import { createHmac } from "node:crypto";
import { z } from "zod";
import type { RedisClient } from "@/platform/redis/client";
import { devInboxKey, devInboxNoticeKey } from "@/platform/redis/web-keys";
import { defineHeld } from "@/platform/runtime/caches";
import { sharedNow } from "@/platform/runtime/shared-clock";
import { type Env, isDemoMode } from "@/platform/settings/env";
import { CallOutError, createCallOut } from "../call-out";

export interface CodeMessage {
  phoneNumber: string;
  code: string;
  /** What the code is good for, unless it is to sign in; a person should be told which account they say yes to. */
  purpose?: "payout_account";
  /** That account, masked. */
  account?: string;
}

/** Something that a phone's owner is told. */
export interface SmsNotice {
  phoneNumber: string;
  /** `phone_change`: the account is about to get another number, which ends like this. */
  notice: "phone_change";
  newPhoneEnding: string;
}

/** Brings one-time codes and notices to a phone. Rejects when it cannot. */
export interface SmsProvider {
  sendCode(message: CodeMessage): Promise<void>;
  sendNotice(message: SmsNotice): Promise<void>;
}

const CODE_TTL_SECONDS = 300;
const NOTICE_TTL_SECONDS = 86_400;

const InboxMessage = z.object({ code: z.string(), at: z.iso.datetime() });
export type InboxMessage = z.infer<typeof InboxMessage>;

/** Development and demo: the code waits in Redis, where `GET /api/dev/inbox` reads it, whatever process sent it. */
export function createInboxSms(redis: RedisClient): SmsProvider {
  return {
    async sendCode({ phoneNumber, code }) {
      const message: InboxMessage = { code, at: sharedNow().toISOString() };
      await redis.set(devInboxKey(phoneNumber), JSON.stringify(message), "EX", CODE_TTL_SECONDS);
    },
    async sendNotice(notice) {
      const key = devInboxNoticeKey(notice.phoneNumber);
      await redis.set(key, JSON.stringify(notice), "EX", NOTICE_TTL_SECONDS);
    },
  };
}

/** The latest message to a phone; null when there is none or its code has expired. */
export async function findInboxMessage(
  redis: RedisClient,
  phoneNumber: string,
): Promise<InboxMessage | null> {
  const text = await redis.get(devInboxKey(phoneNumber));
  return text === null ? null : InboxMessage.parse(JSON.parse(text));
}

/** The latest notice to a phone, or null. */
export async function findInboxNotice(redis: RedisClient, phoneNumber: string): Promise<unknown> {
  const text = await redis.get(devInboxNoticeKey(phoneNumber));
  return text === null ? null : JSON.parse(text);
}

/**
 * Hands messages to an HTTP endpoint of the operator, which knows its carrier: POST a `CodeMessage` or
 * an `SmsNotice` as JSON, with `x-downpour-signature: sha256=<hex HMAC-SHA256 of the body>`
 * when a secret is set. Any 2xx answer means sent.
 */
export function createWebhookSms(url: string, secret: string | undefined): SmsProvider {
  // Sent again by itself, one message could become two: whoever got none asks once more.
  const callOut = createCallOut("sms", { retriesMax: 0 });
  async function post(message: object): Promise<void> {
    const body = JSON.stringify(message);
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (secret) {
      headers["x-downpour-signature"] = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
    }
    await callOut(async (signal) => {
      let response: Response;
      try {
        response = await fetch(url, { method: "POST", headers, body, redirect: "error", signal });
      } catch (cause) {
        throw new CallOutError("The SMS webhook cannot be reached.", { cause });
      }
      await response.body?.cancel();
      if (response.status >= 500 || response.status === 429) {
        throw new CallOutError(`The SMS webhook answered ${response.status}.`);
      }
      if (!response.ok) throw new Error(`The SMS webhook answered ${response.status}.`);
    });
  }
  return { sendCode: post, sendNotice: post };
}

const OPENED = defineHeld(() => new WeakMap<Env, SmsProvider>());

/**
 * The provider that the settings ask for, one for each process, so that all its calls share one breaker; null in production
 * when none is set, and then nobody can sign in by phone.
 */
export function chooseSmsProvider(env: Env, redis: RedisClient): SmsProvider | null {
  const { SMS_WEBHOOK_URL: url, SMS_WEBHOOK_SECRET: secret } = env;
  if (!url) return isDemoMode(env) ? createInboxSms(redis) : null;
  const opened = redis.caches.of(OPENED);
  const provider = opened.get(env) ?? createWebhookSms(url, secret);
  opened.set(env, provider);
  return provider;
}
