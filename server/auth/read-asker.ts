import { parseAddress, UNKNOWN_ADDRESS } from "@/platform/security/client-address";
import type { Env } from "@/platform/settings/env";
import type { Asker } from "../services/one-time-code/sign-in-code";
import { readBrowserId } from "./browser-id";

/** Who asks for a code or types one, by what the web process and the browser say. */
export function readAsker(
  env: Env,
  headers: { cookie?: string | undefined; address: string | undefined; userAgent: string | undefined },
): Asker {
  return {
    browserId: readBrowserId(env, headers.cookie),
    address: parseAddress(headers.address ?? "") ?? UNKNOWN_ADDRESS,
    userAgent: (headers.userAgent ?? "").slice(0, 500),
  };
}
