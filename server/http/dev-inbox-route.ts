import type { ServerResponse } from "node:http";
import { BizError } from "@/domain/contracts/errors";
import { DEMO_CODE, isDemoUserPhone } from "@/domain/rules/demo-users";
import { canonicalPhone } from "@/domain/rules/phone-number";
import { sendJson } from "@/platform/http/json";
import { isDemoMode } from "@/platform/settings/env";
import type { Resources } from "../services/context";
import { findInboxMessage, findInboxNotice } from "../services/one-time-code/sms-provider";

/** `GET /api/dev/inbox?phone=…`: the latest one-time code of a phone, and the latest notice to it. There is no such page in production. */
export async function handleDevInbox(
  query: URLSearchParams,
  response: ServerResponse,
  resources: Pick<Resources, "env" | "redis">,
): Promise<void> {
  if (!isDemoMode(resources.env)) throw new BizError("NOT_FOUND");
  // An unescaped "+" of an address reads as a space.
  const phone = canonicalPhone((query.get("phone") ?? "").trim().replace(/^(?=[1-9])/, "+"));
  if (phone === null) throw new BizError("INVALID_INPUT", { field: "phone" });
  if (isDemoUserPhone(phone)) {
    sendJson(response, 200, { phoneNumber: phone, code: DEMO_CODE });
    return;
  }
  const { redis } = resources;
  const [message, notice] = await Promise.all([
    findInboxMessage(redis, phone),
    findInboxNotice(redis, phone),
  ]);
  if (!message && !notice) throw new BizError("NOT_FOUND", { field: "phone" });
  sendJson(response, 200, { phoneNumber: phone, ...message, ...(notice ? { notice } : {}) });
}
