import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readApps } from "./apps";

const OWN = {
  PUSHER_APP_ID: "1001",
  PUSHER_KEY: "key",
  PUSHER_SECRET: "secret",
  PUSH_CLIENT_EVENTS: false,
  PUSH_ORIGINS: "",
  PUSH_APPS: undefined,
  PUSH_APPS_FILE: undefined,
};
const SECOND = { id: "2", key: "k2", secret: "s2" };
const folder = mkdtempSync(join(tmpdir(), "push-apps-"));
afterAll(() => rmSync(folder, { recursive: true }));

function writeApps(text: string): string {
  const path = join(folder, "apps.json");
  writeFileSync(path, text);
  return path;
}

describe("readApps", () => {
  it("has the app of the PUSHER settings, with client events off", () => {
    expect(readApps(OWN)).toEqual([
      {
        id: "1001",
        key: "key",
        secret: "secret",
        enabled: true,
        clientEvents: false,
        subscriptionCounts: true,
        webhooks: [],
        origins: [],
      },
    ]);
  });

  it("can allow client events in that app", () => {
    expect(readApps({ ...OWN, PUSH_CLIENT_EVENTS: true })[0]).toMatchObject({ clientEvents: true });
  });

  it("adds the apps of a list and of a file, whose ids may be numbers", () => {
    const PUSH_APPS = JSON.stringify([{ ...SECOND, maxConnections: 5, enabled: false }]);
    const PUSH_APPS_FILE = writeApps(
      JSON.stringify({ apps: [{ id: 3, key: "k3", secret: "s3", clientEvents: true }] }),
    );
    const [own, second, third] = readApps({ ...OWN, PUSH_APPS, PUSH_APPS_FILE });
    expect(own).toMatchObject({ id: "1001", clientEvents: false });
    expect(second).toMatchObject({ id: "2", maxConnections: 5, enabled: false });
    expect(third).toMatchObject({ id: "3", key: "k3", clientEvents: true });
  });

  it("lets a list say more about the first app", () => {
    const PUSH_APPS = '[{"id":1001,"key":"key","secret":"secret","maxConnections":9}]';
    expect(readApps({ ...OWN, PUSH_APPS })).toMatchObject([{ id: "1001", maxConnections: 9 }]);
  });

  it("takes an id of any length as a text", () => {
    const PUSH_APPS = '[{"id":"12345678901234567890","key":"k","secret":"s"}]';
    expect(readApps({ ...OWN, PUSH_APPS })[1]).toMatchObject({ id: "12345678901234567890" });
  });

  it.each([
    ["not JSON", "{", "is not JSON"],
    ["not a list", '"x"', "apps Invalid input: expected array"],
    ["an id that is not digits", '[{"id":"x","key":"k","secret":"s"}]', "0.id must be digits"],
    ["an id that is not whole", '[{"id":1.5,"key":"k","secret":"s"}]', "0.id must be digits"],
    [
      "an id beyond what a number holds",
      '[{"id":12345678901234567890,"key":"k","secret":"s"}]',
      "0.id must be",
    ],
    [
      "an id that rounds to another",
      '[{"id":9007199254740991.4,"key":"k","secret":"s"}]',
      "0.id must be digits",
    ],
    ["an id that is endless", '[{"id":1e400,"key":"k","secret":"s"}]', "0.id must be digits"],
    ["an id with two spellings", '[{"id":1e3,"key":"k","secret":"s"}]', "0.id must be digits"],
    ["an app without a secret", '[{"id":"2","key":"k"}]', "0.secret Invalid input"],
    ["an unknown setting", '[{"id":"2","key":"k","secret":"s","cap":1}]', '0 Unrecognized key: "cap"'],
    [
      "an origin with a path",
      '[{"id":"2","key":"k","secret":"s","origins":["https://a.example/"]}]',
      "0.origins.0",
    ],
    ["a wrong webhook", '[{"id":"2","key":"k","secret":"s","webhooks":[{"url":"x"}]}]', "0.webhooks.0.url"],
    ["a repeated key", '[{"id":"2","key":"key","secret":"s"}]', "app key key is used twice"],
    ["a repeated id", '[{"id":"1001","key":"k2","secret":"s"}]', "app id 1001 is used twice"],
  ])("refuses %s and names the setting", (_what, text, message) => {
    for (const apps of [{ PUSH_APPS: text }, { PUSH_APPS_FILE: writeApps(text) }]) {
      const read = () => readApps({ ...OWN, ...apps });
      expect(read).toThrow(Object.keys(apps)[0]);
      expect(read).toThrow(message);
    }
  });

  it("refuses a file that is not there", () => {
    const read = () => readApps({ ...OWN, PUSH_APPS_FILE: join(folder, "missing.json") });
    expect(read).toThrow(/^PUSH_APPS_FILE: cannot be read: Error: ENOENT/);
  });
});
