import { expect, it } from "vitest";
import { ROOM_EVENTS } from "@/domain/contracts/room-events";
import { getPushConfig } from "@/server/services/push/push-config";
import { parseEnv } from "./env";

it("takes our own gateway where nothing is set", () => {
  const env = parseEnv({});
  expect(env).toMatchObject({
    PUSHER_HOST: "127.0.0.1",
    PUSHER_PORT: 6001,
    PUSHER_TLS: false,
    PUSH_MERGE_MS: 0,
  });
  expect(getPushConfig(env)).toMatchObject({ wsHost: "localhost", wsPort: 6001, forceTLS: false });
});

it("takes a cluster of hosted Pusher for all of its addresses, and for merging what is billed", () => {
  const env = parseEnv({ PUSHER_CLUSTER: "ap1", PUSHER_KEY: "k" });
  expect(env).toMatchObject({
    PUSHER_HOST: "api-ap1.pusher.com",
    PUSHER_PORT: 443,
    PUSHER_TLS: true,
    PUSH_MERGE_MS: 200,
  });
  expect(getPushConfig(env)).toMatchObject({
    key: "k",
    wsHost: "ws-ap1.pusher.com",
    wsPort: 443,
    forceTLS: true,
  });
  const own = parseEnv({ PUSHER_CLUSTER: "ap1", PUSHER_WS_HOST: "push.example.org", PUSH_MERGE_MS: "50" });
  expect(own).toMatchObject({ PUSHER_WS_HOST: "push.example.org", PUSH_MERGE_MS: 50 });
});

it("takes a compatible server whose address inside is not the one outside", () => {
  const env = parseEnv({
    PUSHER_HOST: "push.internal",
    PUSHER_PORT: "8080",
    PUSHER_WS_HOST: "push.example.org",
    PUSHER_WS_PORT: "443",
    PUSHER_WS_TLS: "true",
  });
  expect(env).toMatchObject({ PUSHER_HOST: "push.internal", PUSHER_PORT: 8080, PUSHER_TLS: false });
  expect(getPushConfig(env)).toMatchObject({ wsHost: "push.example.org", wsPort: 443, forceTLS: true });
});

it("lets readers who lag go without chat and boards, by names that rooms hear, and without nothing else", () => {
  const mayBeMissed = Object.entries(ROOM_EVENTS).filter(
    ([, { priority }]) => priority === "chat" || priority === "board",
  );
  expect(parseEnv({}).PUSH_LOW_PRIORITY_EVENTS.split(",").toSorted()).toEqual(
    mayBeMissed.map(([name]) => name).toSorted(),
  );
});

it("names a cluster that is none", () => {
  expect(() => parseEnv({ PUSHER_CLUSTER: "eu.evil.org/" })).toThrow("PUSHER_CLUSTER");
});

const production = {
  DOWNPOUR_MODE: "production",
  AUTH_SECRET: "a-secret-of-this-test-only",
  PUSHER_SECRET: "another-secret-of-this-test-only",
};

it("lets nobody pay at a sandbox whose secret everybody knows in production, and needs Stripe's secrets for Stripe", () => {
  expect(() => parseEnv(production)).toThrow("PAYMENT_SANDBOX_SECRET");
  expect(() => parseEnv({ PAYMENT_PROVIDER: "stripe", STRIPE_SECRET_KEY: "sk" })).toThrow(
    "STRIPE_WEBHOOK_SECRET",
  );
  expect(() => parseEnv({ PAYMENT_PROVIDER: "stripe", STRIPE_WEBHOOK_SECRET: "wh" })).toThrow(
    "STRIPE_SECRET_KEY",
  );
  expect(parseEnv({}).PAYMENT_PROVIDER).toBe("sandbox");
});
