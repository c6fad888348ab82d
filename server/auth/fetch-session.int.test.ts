import { getCookieCache } from "better-auth/cookies";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import type { Me } from "../services/session/get-me";
import { startWebHarness, type WebHarness } from "../testing/web-harness";
import { createSessionFetcher } from "./fetch-session";
import { SessionCookies } from "./session-cookies";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let cookies: SessionCookies;

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  web = await startWebHarness({ ...databases, ...redis }, { SESSION_CACHE_SECONDS: "1" });
  cookies = new SessionCookies(web.env);
});
afterAll(async () => {
  await web?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

async function signIn(): Promise<{ client: ApiClient; userId: string }> {
  const client = new ApiClient(web.url);
  await client.signInByPhone("+8613800000001");
  const { data } = await client.query<Me>("session.me");
  return { client, userId: data.userId };
}
const tokenCookie = (client: ApiClient) => client.cookies.get("downpour.session_token") ?? "";
const pair = (line: string) => line.slice(0, line.indexOf(";"));

describe("session cookies", () => {
  it("are read and written as better-auth reads and writes them", async () => {
    const { client } = await signIn();
    const token = cookies.verifyToken(tokenCookie(client));
    expect(token).toBeTruthy();
    expect(pair(cookies.writeToken(token ?? ""))).toBe(`downpour.session_token=${tokenCookie(client)}`);

    const { facts, setCookies } = await createSessionFetcher(
      web.resources.live,
      cookies,
      web.env,
    )(token ?? "", "");
    expect(setCookies).toHaveLength(1);
    const [data = ""] = setCookies;
    expect(data).toMatch(/; Max-Age=1; Path=\/; HttpOnly; SameSite=Lax$/);
    const read = await getCookieCache(new Headers({ cookie: pair(data) }), {
      cookiePrefix: "downpour",
      isSecure: false,
      secret: web.env.AUTH_SECRET,
      strategy: "compact",
    });
    expect(read?.session.token).toBe(token);
    expect(JSON.parse(JSON.stringify(read?.user))).toEqual(JSON.parse(JSON.stringify(facts?.user)));
    // Nothing in it that its owner's browser should not show to whoever looks.
    expect(Buffer.from(pair(data).split("=")[1] ?? "", "base64url").toString()).not.toContain("13800000001");
  });

  it.each([
    ["nothing", ""],
    ["no signature", "abcdefgh"],
    ["an empty signature", "abcdefgh."],
    ["somebody's guess", `${"a".repeat(32)}.${"b".repeat(43)}=`],
    ["broken escapes", "%E0%A4%A"],
    ["a signature alone", `.${"b".repeat(43)}=`],
  ])("are not believed with %s", (_what, value) => {
    expect(cookies.verifyToken(value)).toBeUndefined();
  });

  it("are not believed for another token", async () => {
    const { client } = await signIn();
    const [, signature] = decodeURIComponent(tokenCookie(client)).split(".");
    expect(cookies.verifyToken(encodeURIComponent(`${"a".repeat(32)}.${signature}`))).toBeUndefined();
    expect(
      new SessionCookies({ ...web.env, AUTH_SECRET: "x".repeat(40) }).verifyToken(tokenCookie(client)),
    ).toBe(undefined);
  });
});

describe("a session that is read", () => {
  it("lasts anew once it is a day old, and the browser is told", async () => {
    const { client, userId } = await signIn();
    const { sql } = web.resources.live;
    await sql`UPDATE auth_sessions SET expires_at = now() + interval '5 days' WHERE user_id = ${userId}`;
    client.cookies.delete("downpour.session_data");
    const answer = await expect
      .poll(async () => {
        const { headers } = await client.query("session.me");
        client.cookies.delete("downpour.session_data");
        return headers.getSetCookie().find((line) => line.startsWith("downpour.session_token="));
      })
      .toMatch(/; Max-Age=2592000; /)
      .then(
        () => sql`SELECT expires_at > now() + interval '6 days' AS lasts FROM auth_sessions
        WHERE user_id = ${userId} ORDER BY updated_at DESC LIMIT 1`,
      );
    expect(answer[0]).toEqual({ lasts: true });
    expect((await client.query<Me>("session.me")).data.userId).toBe(userId);
  });

  it("does not wait for the pages", async () => {
    const { client, userId } = await signIn();
    const token = cookies.verifyToken(tokenCookie(client)) ?? "";
    const fetchSession = createSessionFetcher(web.resources.live, cookies, web.env);
    const all = await Promise.all(Array.from({ length: 50 }, () => fetchSession(token, "")));
    for (const { facts } of all) expect(facts?.session.userId).toBe(userId);
  });
});
