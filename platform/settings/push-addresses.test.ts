import { expect, it } from "vitest";
import { parseEnv } from "./env";
import { parsePushAddresses, pushAddresses } from "./push-addresses";

it("names one address where no others are set: the port of publishers before that of clients", () => {
  const env = { PUSHER_HOST: "push.internal", PUSHER_PORT: 6001 };
  expect(pushAddresses(env)).toEqual([{ host: "push.internal", port: 6001 }]);
  expect(pushAddresses({ ...env, PUSH_API_PORT: 6002 })).toEqual([{ host: "push.internal", port: 6002 }]);
});

it("takes several in their order, IPv6 in brackets", () => {
  const PUSH_API_ADDRESSES = " one.internal:6001, [fd00::2]:6002 ,10.0.0.3:6003";
  expect(pushAddresses({ PUSHER_HOST: "x", PUSHER_PORT: 1, PUSH_API_ADDRESSES })).toEqual([
    { host: "one.internal", port: 6001 },
    { host: "fd00::2", port: 6002 },
    { host: "10.0.0.3", port: 6003 },
  ]);
});

it.each([
  ",",
  "one",
  "one:",
  "one:0",
  "one:65536",
  ":6001",
  "https://one:6001",
  "fd00::2:6001",
  "one:6001/x",
])("refuses %j", (text) => {
  expect(() => parsePushAddresses(text)).toThrow("host:port");
  expect(() => parseEnv({ PUSH_API_ADDRESSES: text })).toThrow(/PUSH_API_ADDRESSES: must be addresses/);
});
