import { BizError } from "@/domain/contracts/errors";
import type { ClientAddress } from "@/platform/security/client-address";
import type { Env } from "@/platform/settings/env";
import type { Session } from "../services/context";
import { followAddressWindows, followWindows } from "./memory-limiter";
import type { SharedLimits } from "./shared-limits";

export type LimitCalls = (session: Session | null, address: ClientAddress, calls: number) => void;

/**
 * Registered people are counted by themselves, guests and visitors by address. However many sessions an address has, it
 * gets no more than the people who may share it. Throws RATE_LIMITED.
 */
export function createCallLimits(
  env: Pick<Env, "RATE_LIMIT_USER" | "RATE_LIMIT_ANONYMOUS" | "PEOPLE_PER_ADDRESS">,
  limits: SharedLimits,
): LimitCalls {
  const byUser = limits.open("user", followWindows(env, "RATE_LIMIT_USER"));
  const byIp = limits.open("anonymous", followWindows(env, "RATE_LIMIT_ANONYMOUS"));
  const byPeopleOfIp = limits.open("address", followAddressWindows(env));
  return function limitCalls(session, address, calls) {
    const isRegistered = session !== null && session.role !== "guest";
    const nowMs = performance.now();
    const waitMs = isRegistered
      ? Math.max(
          byUser.consume(session.userId, calls, nowMs),
          byPeopleOfIp.consume(address.counted, calls, nowMs),
        )
      : byIp.consume(address.counted, calls, nowMs);
    if (waitMs > 0) throw new BizError("RATE_LIMITED", { retryAfterMs: waitMs });
  };
}
