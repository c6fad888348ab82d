import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { BizError } from "@/domain/contracts/errors";
import { parseRateWindows } from "@/domain/rules/rate-limit";
import { pageHeaders, svgaParserHeaders } from "@/platform/http/security-headers";
import { type ClientAddress, parseAddress } from "@/platform/security/client-address";
import { findCookie } from "../auth/find-cookie";
import type { Session } from "../services/context";
import { createCallLimits } from "./call-limits";
import { MemoryLimiter } from "./memory-limiter";
import { createOwnNames } from "./own-names";
import { SharedLimits } from "./shared-limits";

const names = (settings: Partial<Parameters<typeof createOwnNames>[0]> = {}) =>
  createOwnNames(
    {
      PUBLIC_URL: "https://live.example/path",
      TRUSTED_ORIGINS: "https://app.example, http://localhost:4000",
      DOWNPOUR_MODE: "production",
      ...settings,
    },
    () => ["10.0.0.5", "[fd00::5]"],
  );
const demo = names({ PUBLIC_URL: "http://localhost:3000", TRUSTED_ORIGINS: "", DOWNPOUR_MODE: "demo" });
const request = (method: string, headers: Record<string, string>, localPort = 3000) =>
  ({ method, headers, socket: { localPort } }) as unknown as IncomingMessage;

describe("origin check", () => {
  const { isOriginAllowed: isAllowed } = names();

  it.each([
    ["POST", { origin: "https://live.example" }],
    ["POST", { origin: "https://app.example" }],
    ["POST", { origin: "http://localhost:4000" }],
    ["POST", {}],
    ["POST", { "sec-fetch-site": "same-origin" }],
    ["GET", { origin: "https://evil.example" }],
    ["HEAD", { origin: "https://evil.example" }],
  ])("lets %s %j through", (method, headers) => {
    expect(isAllowed(request(method, headers as Record<string, string>))).toBe(true);
  });

  it.each([
    ["POST", { origin: "https://evil.example" }],
    ["POST", { origin: "null" }],
    ["POST", { origin: "" }],
    ["POST", { origin: "https://live.example.evil.example", host: "live.example" }],
    ["POST", { origin: "http://live.example" }],
    ["PUT", { origin: "https://evil.example" }],
    ["POST", { "sec-fetch-site": "cross-site" }],
    // A name that somebody pointed here, or an address: that a page was loaded from it does not make it ours.
    ["POST", { origin: "http://evil.example:3000", host: "evil.example:3000" }],
    ["POST", { origin: "http://10.0.0.5:3000", host: "10.0.0.5:3000" }],
    ["POST", { origin: "http://localhost:3000", host: "localhost:3000" }],
  ])("refuses %s %j", (method, headers) => {
    expect(isAllowed(request(method, headers as Record<string, string>))).toBe(false);
  });

  it.each([
    ["http://localhost:3000", true],
    ["http://127.0.0.1:3000", true],
    ["http://127.0.0.2:3000", true],
    ["http://[::1]:3000", true],
    ["http://10.0.0.5:3000", true],
    ["http://[fd00::5]:3000", true],
    ["http://localhost:3001", false],
    ["http://localhost", false],
    ["http://10.0.0.6:3000", false],
    ["http://evil.example:3000", false],
    ["http://127.0.0.1.evil.example:3000", false],
    ["http://localhost.evil.example:3000", false],
    ["https://evil.example:3000", false],
  ])("in a demo, from %s: %s", (origin, isOurs) => {
    const host = origin.replace(/^https?:\/\//, "");
    expect(demo.isOriginAllowed(request("POST", { origin, host }))).toBe(isOurs);
  });

  it("takes the port that a demo listens on, also where people are told another one", () => {
    const origin = "http://127.0.0.1:4321";
    expect(demo.isOriginAllowed(request("POST", { origin }, 4321))).toBe(true);
  });
});

describe("host check", () => {
  it.each([
    ["live.example", true],
    ["live.example:443", true],
    ["LIVE.example", true],
    ["app.example", true],
    ["localhost:4000", true],
    ["localhost:3000", false],
    ["127.0.0.1:3000", false],
    ["10.0.0.5:3000", false],
    ["evil.example", false],
    ["live.example.evil.example", false],
    ["live.example:3000", false],
    ["", false],
  ])("in production, to %s: %s", (host, isOurs) => {
    expect(names().isOwnHost(request("GET", { host }))).toBe(isOurs);
  });

  it.each([
    ["localhost:3000", true],
    ["127.0.0.1:3000", true],
    ["10.0.0.5:3000", true],
    ["evil.example:3000", false],
    ["10.0.0.6:3000", false],
    ["localhost:80", false],
    ["[::1", false],
  ])("in a demo, to %s: %s", (host, isOurs) => {
    expect(demo.isOwnHost(request("GET", { host }))).toBe(isOurs);
  });

  it("needs a name in production only", () => {
    expect(names().isOwnHost(request("GET", {}))).toBe(false);
    expect(demo.isOwnHost(request("GET", {}))).toBe(true);
  });
});

const addressOf = (text: string) => parseAddress(text) as ClientAddress;

const limiterOf = (text: string) => {
  const windows = parseRateWindows(text);
  return new MemoryLimiter(() => windows);
};

describe("call limits", () => {
  it("refuses what is over the limit and forgets it with the window", () => {
    const limiter = limiterOf("3/10");
    expect([1, 1, 1].map((calls) => limiter.consume("a", calls, 1_000))).toEqual([0, 0, 0]);
    expect(limiter.consume("a", 1, 5_000)).toBe(6_000);
    expect(limiter.consume("b", 3, 5_000)).toBe(0);
    expect(limiter.consume("a", 3, 11_000)).toBe(0);
    expect(limiter.consume("a", 1, 11_001)).toBe(9_999);
  });

  it("counts each call of a batch, and refuses a batch that could never pass", () => {
    const limiter = limiterOf("10/10,15/60");
    expect(limiter.consume("a", 11, 0)).toBe(10_000);
    expect(limiter.consume("a", 5, 10_000)).toBe(50_000);
  });

  it("goes by what the setting is now, and keeps what was counted", () => {
    const env = { RATE_LIMIT_USER: "9/10", RATE_LIMIT_ANONYMOUS: "3/1000", PEOPLE_PER_ADDRESS: 1 };
    const limit = createCallLimits(env, new SharedLimits());
    const anybody = () => limit(null, addressOf("1.1.1.1"), 1);
    anybody();
    anybody();
    env.RATE_LIMIT_ANONYMOUS = "2/1000";
    expect(anybody).toThrow(BizError);
    env.RATE_LIMIT_ANONYMOUS = "5/1000";
    anybody();
    anybody();
    expect(anybody).toThrow(BizError);
    const person = () => limit({ userId: "mia", role: "viewer" } as Session, addressOf("1.1.1.1"), 5);
    person();
    env.RATE_LIMIT_USER = "100/10";
    person();
    env.PEOPLE_PER_ADDRESS = 2;
    person();
    env.RATE_LIMIT_USER = "10/10";
    expect(person).toThrow(BizError);
  });

  it("counts people by themselves, and guests and visitors by address", () => {
    const limit = createCallLimits(
      { RATE_LIMIT_USER: "2/10", RATE_LIMIT_ANONYMOUS: "1/10", PEOPLE_PER_ADDRESS: 3 },
      new SharedLimits(),
    );
    const session = (userId: string, role: Session["role"]) => ({ userId, role }) as Session;
    limit(session("mia", "viewer"), addressOf("1.1.1.1"), 2);
    limit(session("leo", "viewer"), addressOf("1.1.1.1"), 2);
    expect(() => limit(session("mia", "viewer"), addressOf("2.2.2.2"), 1)).toThrow(BizError);
    limit(session("guest", "guest"), addressOf("1.1.1.1"), 1);
    expect(() => limit(null, addressOf("1.1.1.1"), 1)).toThrow(
      expect.objectContaining({ bizName: "RATE_LIMITED", details: { retryAfterMs: expect.any(Number) } }),
    );
    // However many sessions an address has, it gets no more than those who may share it.
    limit(session("noa", "viewer"), addressOf("1.1.1.1"), 2);
    expect(() => limit(session("kai", "viewer"), addressOf("1.1.1.1"), 1)).toThrow(BizError);
    limit(session("kai", "viewer"), addressOf("3.3.3.3"), 1);
  });
});

describe("findCookie", () => {
  it.each([
    ["a=1", "1"],
    ["b=2; a=1", "1"],
    ["b=2;a=1; c=3", "1"],
    ["xa=2; a=1", "1"],
    ["ab=2; a=1", "1"],
    ["a=", ""],
    ["b=a=5; a=1", "1"],
    ["aa=1", undefined],
    ["b=a", undefined],
    ["", undefined],
  ])("in %j", (header, value) => {
    expect(findCookie(header, "a")).toBe(value);
  });
});

describe("page headers", () => {
  const push = { wsHost: "push.example", wsPort: 443, forceTLS: true };
  const page = (
    mediaHosts: readonly string[] | null,
    PUBLIC_URL = "https://live.example",
    frameOrigin: string | null = null,
  ) =>
    pageHeaders({ NODE_ENV: "production", PUBLIC_URL }, push, {
      nonce: "bm9uY2U=",
      mediaHosts,
      frameOrigin,
    });
  const directive = (headers: Record<string, string>, name: string) =>
    headers["content-security-policy"]?.split("; ").find((text) => text.startsWith(`${name} `));

  it.each([
    [null, "frame-src 'none'"],
    ["https://pay.example:8443", "frame-src 'self' https://pay.example:8443"],
  ])("frame the payment page of %s alone", (frameOrigin, expected) => {
    expect(directive(page([], "https://live.example", frameOrigin), "frame-src")).toBe(expected);
  });

  it("allow the push host and nothing that frames or plugs in", () => {
    const headers = page([]);
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toContain("wss://push.example:443");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("object-src 'none'");
    expect(headers["strict-transport-security"]).toBeDefined();
    expect(page([], "http://localhost:3000")["strict-transport-security"]).toBeUndefined();
  });

  it("run what is inline by the answer's nonce only, and make no code", () => {
    expect(directive(page(null), "script-src")).toBe("script-src 'self' 'nonce-bm9uY2U=' 'wasm-unsafe-eval'");
    // What may make code is a worker with a policy of its own, and that may only fetch.
    expect(svgaParserHeaders([])["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'unsafe-eval'; connect-src 'self'",
    );
  });

  it("let pictures, streams and effects come from where the policy says", () => {
    const own = page([]);
    expect(directive(own, "img-src")).toBe("img-src 'self' data: blob:");
    expect(directive(own, "media-src")).toBe("media-src 'self' data: blob:");
    expect(directive(own, "connect-src")).not.toContain(" https: ");
    const named = page(["cdn.example", "*.live.example"]);
    for (const name of ["img-src", "media-src", "connect-src"]) {
      expect(directive(named, name)).toContain(" https://cdn.example https://*.live.example");
      expect(directive(page(null), name)).toMatch(/ https:( |$)/);
    }
    expect(svgaParserHeaders(["cdn.example"])["content-security-policy"]).toContain(
      "'self' https://cdn.example",
    );
  });
});
