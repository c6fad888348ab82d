import { expect, it } from "vitest";
import { describeSettings } from "./describe-settings";
import { ENV_NAMES, KNOWN_SECRETS, parseEnv } from "./env";

const SECRET = "do-not-show-this-to-anybody-at-all";
const GIVEN = {
  AUTH_SECRET: SECRET,
  SMS_WEBHOOK_SECRET: SECRET,
  SMS_WEBHOOK_URL: `https://user:${SECRET}@sms.example.org/${SECRET}?token=${SECRET}`,
  LIVE_DATABASE_URL: `postgres://downpour:${SECRET}@db.example.org:5433/live?password=${SECRET}`,
  REDIS_URL: `redis://:${SECRET}@127.0.0.1:6379/0`,
  STRIPE_SECRET_KEY: SECRET,
  STRIPE_WEBHOOK_SECRET: SECRET,
  PUSH_APPS: `[{"secret":"${SECRET}"}]`,
  NODE_NAME: "web-7",
};
const described = describeSettings(parseEnv(GIVEN), (name) => name in GIVEN);
const find = (name: string) => described.find((one) => one.name === name);

it("names every setting and where it comes from", () => {
  expect(described.map(({ name }) => name)).toEqual(ENV_NAMES);
  expect(find("NODE_NAME")).toEqual({
    name: "NODE_NAME",
    value: "web-7",
    source: "environment",
    isSecret: false,
  });
  expect(find("WEB_PORT")).toMatchObject({ value: "3000", source: "default" });
  expect(find("PUSH_API_PORT")).toMatchObject({ value: null, source: "unset" });
});

it("shows no secret, neither one that was given nor one of a demo", () => {
  const shown = JSON.stringify(described);
  expect(shown).not.toContain(SECRET);
  for (const secret of KNOWN_SECRETS) expect(shown).not.toContain(secret);
  expect(find("AUTH_SECRET")).toMatchObject({ value: null, source: "environment", isSecret: true });
});

it("shows of an address no more than where it leads", () => {
  expect(find("LIVE_DATABASE_URL")?.value).toBe("postgres://db.example.org:5433");
  expect(find("SMS_WEBHOOK_URL")?.value).toBe("https://sms.example.org");
  expect(find("REDIS_URL")?.value).toBe("redis://127.0.0.1:6379");
});
