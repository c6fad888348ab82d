import { createHash } from "node:crypto";
import Pusher from "pusher";
import { describe, expect, it } from "vitest";
import { sign } from "./channel-auth";
import { findBodyFault, findQueryValue, findSignatureFault, parseQuery } from "./http-signature";

const APP = { key: "278d425bdf160c739803", secret: "7ad3773142a6692b25b8" };
const NOW_SECONDS = 1_353_088_179;
const BODY = Buffer.from('{"name":"foo","channels":["project-3"],"data":"{\\"some\\":\\"data\\"}"}');
/** The example of the REST API reference. */
const EXAMPLE_QUERY =
  "body_md5=ec365a775a4cd0599faeb73354201b6f&auth_version=1.0&auth_key=278d425bdf160c739803" +
  "&auth_timestamp=1353088179&auth_signature=da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c";

function fault(
  query: string,
  overrides: { path?: string; body?: Buffer; method?: string; now?: number } = {},
) {
  const { path = "/apps/3/events", body = BODY, method = "POST", now = NOW_SECONDS } = overrides;
  const pairs = parseQuery(query);
  return findBodyFault(pairs, body) ?? findSignatureFault({ method, path, query: pairs }, APP, now);
}

function signedQuery(pairs: Record<string, string>, path: string, method = "GET"): string {
  const sorted = Object.entries(pairs)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join("&");
  return `${sorted}&auth_signature=${sign(APP.secret, `${method}\n${path}\n${sorted}`)}`;
}

const AUTH = { auth_key: APP.key, auth_timestamp: String(NOW_SECONDS), auth_version: "1.0" };

describe("findSignatureFault", () => {
  it("accepts the example of the reference", () => {
    expect(createHash("md5").update(BODY).digest("hex")).toBe("ec365a775a4cd0599faeb73354201b6f");
    expect(fault(EXAMPLE_QUERY)).toBeUndefined();
  });

  it("accepts what the unmodified server library signs", () => {
    const pusher = new Pusher({ appId: "3", ...APP, host: "127.0.0.1" });
    const now = Math.floor(Date.now() / 1000);
    const query = pusher.createSignedQueryString({
      method: "GET",
      path: "/apps/3/channels",
      params: { info: "user_count,subscription_count", filter_by_prefix: "presence-" },
    });
    expect(
      fault(query, { method: "GET", path: "/apps/3/channels", body: Buffer.alloc(0), now }),
    ).toBeUndefined();
  });

  it.each([
    ["auth_key", EXAMPLE_QUERY.replace(APP.key, "other"), {}],
    ["auth_version", EXAMPLE_QUERY.replace("1.0", "2.0"), {}],
    ["auth_timestamp", EXAMPLE_QUERY.replace("1353088179", "soon"), {}],
    ["auth_timestamp", EXAMPLE_QUERY, { now: NOW_SECONDS + 601 }],
    ["auth_timestamp", EXAMPLE_QUERY, { now: NOW_SECONDS - 601 }],
    ["body_md5", EXAMPLE_QUERY, { body: Buffer.from("{}") }],
    ["body_md5", EXAMPLE_QUERY.replace(/body_md5=\w+&/, ""), {}],
    ["auth_signature", EXAMPLE_QUERY.replace(/.$/, "0"), {}],
    ["auth_signature", EXAMPLE_QUERY.replace(/&auth_signature=.*/, ""), {}],
    ["auth_signature", EXAMPLE_QUERY, { method: "PUT" }],
    ["auth_signature", EXAMPLE_QUERY, { path: "/apps/4/events" }],
    ["auth_signature", `${EXAMPLE_QUERY}&info=user_count`, {}],
  ])("finds a wrong %s", (what, query, overrides) => {
    expect(fault(query, overrides)).toContain(what);
  });

  it("allows clocks to be ten minutes apart", () => {
    expect(fault(EXAMPLE_QUERY, { now: NOW_SECONDS + 600 })).toBeUndefined();
    expect(fault(EXAMPLE_QUERY, { now: NOW_SECONDS - 600 })).toBeUndefined();
  });

  it("checks body_md5 also when the body is empty", () => {
    const query = signedQuery({ ...AUTH, body_md5: "0".repeat(32) }, "/apps/3/channels");
    expect(fault(query, { method: "GET", path: "/apps/3/channels", body: Buffer.alloc(0) })).toContain(
      "body_md5",
    );
  });

  it("lower-cases keys and unescapes values before it checks", () => {
    const path = "/apps/3/channels";
    const query = signedQuery({ ...AUTH, filter_by_prefix: "presence-a,b" }, path)
      .replace("presence-a,b", "presence-a%2Cb")
      .replace("auth_key", "Auth_Key");
    expect(fault(query, { method: "GET", path, body: Buffer.alloc(0) })).toBeUndefined();
  });

  it("accepts a path that was signed before it was escaped", () => {
    const query = signedQuery(AUTH, "/apps/3/users/张 三/terminate_connections", "POST");
    const path = `/apps/3/users/${encodeURIComponent("张 三")}/terminate_connections`;
    expect(fault(query, { path, body: Buffer.alloc(0) })).toBeUndefined();
  });
});

describe("parseQuery", () => {
  it("keeps plus signs, empty values and badly escaped text", () => {
    const query = parseQuery("a=1+2&b=&c&D=%zz&e=x=y");
    expect(query).toEqual([
      ["a", "1+2"],
      ["b", ""],
      ["c", ""],
      ["d", "%zz"],
      ["e", "x=y"],
    ]);
    expect(findQueryValue(query, "missing")).toBeUndefined();
  });
});
