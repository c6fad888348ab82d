import { BizError } from "@/domain/contracts/errors";
import type { SmsProvider } from "./sms-provider";

/** Throws SMS_NOT_CONFIGURED, or UNAVAILABLE when it cannot be brought. */
export async function deliver(
  sms: SmsProvider | null,
  send: (sms: SmsProvider) => Promise<void>,
): Promise<void> {
  if (!sms) throw new BizError("SMS_NOT_CONFIGURED");
  try {
    await send(sms);
  } catch (cause) {
    throw new BizError("UNAVAILABLE", {}, { cause });
  }
}
