import { describe, expect, it } from "vitest";
import { readApps } from "./apps";

const OWN = { PUSHER_APP_ID: "1001", PUSHER_KEY: "key", PUSHER_SECRET: "secret" };

describe("readApps", () => {
  it("has the app of the PUSHER settings, with client events off", () => {
    expect(readApps({ ...OWN, PUSH_APPS: undefined, PUSH_APPS_FILE: undefined })).toEqual([
      {
        id: "1001",
        key: "key",
        secret: "secret",
        enabled: true,
        clientEvents: false,
        subscriptionCounts: true,
        webhooks: [],
      },
    ]);
  });

  it("adds further apps", () => {
    const PUSH_APPS = JSON.stringify([
      { id: "2", key: "k2", secret: "s2", maxConnections: 5, enabled: false },
    ]);
    const apps = readApps({ ...OWN, PUSH_APPS, PUSH_APPS_FILE: undefined });
    expect(apps[1]).toMatchObject({ id: "2", maxConnections: 5, enabled: false });
  });

  it.each([
    ["not JSON", "{", "is not JSON"],
    ["an id that is not digits", '[{"id":"x","key":"k","secret":"s"}]', "0.id must be digits"],
    ["a repeated key", '[{"id":"2","key":"key","secret":"s"}]', "app key key is used twice"],
    ["a repeated id", '[{"id":"1001","key":"k2","secret":"s"}]', "app id 1001 is used twice"],
  ])("refuses %s and names the setting", (_what, PUSH_APPS, message) => {
    const read = () => readApps({ ...OWN, PUSH_APPS, PUSH_APPS_FILE: undefined });
    expect(read).toThrow("PUSH_APPS");
    expect(read).toThrow(message);
  });
});
