import { expect, it } from "vitest";
import { parseEnv } from "@/platform/settings/env";
import { listPushWarnings } from "./push-config";

const SECURE = {
  PUBLIC_URL: "https://live.example.org",
  ALLOW_PUBLIC_DEMO_WITH_FREE_COINS: "true",
};

it("warns where pages that come by https are sent to a socket without TLS", () => {
  expect(listPushWarnings(parseEnv(SECURE)).join()).toMatch(/PUSHER_WS_TLS.*live\.example\.org:6001/);
  const elsewhere = { ...SECURE, PUSHER_WS_HOST: "push.example.org", PUSHER_WS_PORT: "443" };
  expect(listPushWarnings(parseEnv(elsewhere)).join()).toContain("push.example.org:443");
});

it("warns of nothing where browsers connect as they should", () => {
  for (const settings of [
    {},
    { ...SECURE, PUSHER_WS_PORT: "443", PUSHER_WS_TLS: "true" },
    { ...SECURE, PUSHER_CLUSTER: "eu" },
    // A browser trusts its own machine.
    { PUBLIC_URL: "https://localhost:3443" },
  ])
    expect(listPushWarnings(parseEnv(settings))).toEqual([]);
});
