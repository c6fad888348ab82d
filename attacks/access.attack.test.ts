import { beforeAll, describe, expect, it } from "vitest";
import type { Role } from "@/domain/contracts/ids";
import { API_ROUTES } from "@/server/http/api-routes";
import type { Session } from "@/server/services/context";
import { ACCESS } from "@/server/trpc/init";
import { listProcedures } from "@/server/trpc/list-procedures";
import type { ApiClient } from "@/testkit/api-client";
import { banPerson, newAddress, newPerson, newPersonAs, newVisitor, target } from "./lib/attacker";

const CALLERS = ["nobody", "guest", "viewer", "anchor", "operator", "banned"] as const;
type Caller = (typeof CALLERS)[number];
/** There are more procedures than one person may call at once. */
const PEOPLE_OF_A_KIND = 4;
const clients = new Map<Caller, ApiClient[]>();

async function newClient(caller: Caller): Promise<ApiClient> {
  if (caller === "nobody") return newVisitor();
  if (caller === "guest") {
    const guest = newVisitor();
    await guest.signInAsGuest();
    return guest;
  }
  if (caller === "viewer") return (await newPerson()).client;
  const person = await newPersonAs(caller === "banned" ? "operator" : caller);
  if (caller === "banned") await banPerson(person);
  return person.client;
}

beforeAll(async () => {
  await Promise.all(
    CALLERS.map(async (caller) => {
      const people: ApiClient[] = [];
      for (let i = 0; i < PEOPLE_OF_A_KIND; i++) people.push(await newClient(caller));
      for (const client of people) client.keepsCookies = false;
      clients.set(caller, people);
    }),
  );
});

/** One after the other, from an address of its own each time: who may call is tried here, not how often. */
function clientOf(caller: Caller): ApiClient {
  const people = clients.get(caller) ?? [];
  const client = people.shift() as ApiClient;
  people.push(client);
  client.headers["x-forwarded-for"] = newAddress();
  return client;
}

/** Somebody who was banned is nobody. */
const roleOf = (caller: Caller): Role | null => (caller === "nobody" || caller === "banned" ? null : caller);
const isIn = (roles: readonly Role[], role: Role | null) => role !== null && roles.includes(role);

const NOT_ALLOWED = new Set(["UNAUTHENTICATED", "FORBIDDEN", "GUEST_CANNOT_SPEND"]);
/** No contract takes it, so that a caller who is let in does nothing. */
const NONSENSE = ["nonsense"];

describe("a procedure", () => {
  const procedures = listProcedures();

  it.each(CALLERS)("lets %s in where it is declared, and nowhere else", async (caller) => {
    const wrong: string[] = [];
    for (const { path, type, access } of procedures) {
      const rule = ACCESS[access ?? "anyone"];
      const role = roleOf(caller);
      const expected = !rule
        ? "let in"
        : role === null
          ? "UNAUTHENTICATED"
          : isIn(rule.roles, role)
            ? "let in"
            : rule.refuse({ role } as Session).bizName;
      const client = clientOf(caller);
      const { status, error } = await (type === "query"
        ? client.query(path, NONSENSE)
        : client.mutate(path, NONSENSE));
      const name = error?.name ?? (status === 200 ? "let in" : `status ${status}`);
      const found = name === "INVALID_INPUT" || !NOT_ALLOWED.has(name) ? "let in" : name;
      if (name === "RATE_LIMITED" || status >= 500 || found !== expected) {
        wrong.push(`${path}: ${name} (${status}) in place of ${expected}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(procedures.length).toBeGreaterThan(90);
  });
});

describe("a route", () => {
  it.each(CALLERS)("lets %s in where the table says so, and nowhere else", async (caller) => {
    const wrong: string[] = [];
    for (const { method, path, access } of API_ROUTES) {
      const role = roleOf(caller);
      const response = await clientOf(caller).fetch(path, {
        method,
        ...(method === "POST"
          ? { headers: { "content-type": "application/json" }, body: JSON.stringify({ nonsense: true }) }
          : {}),
      });
      await response.arrayBuffer();
      const isRefused = response.status === 401 || response.status === 403;
      const mayCall = access === "anyone" || (access !== "signature" && isIn(access, role));
      if (isRefused === mayCall || response.status >= 500 || response.status === 404) {
        wrong.push(`${method} ${path}: ${response.status}`);
      }
    }
    // The inbox answers 400 to an empty number: it is there. What is not found would be no route.
    expect(wrong).toEqual([]);
  });

  it("that is not in the table is not found by anybody", async () => {
    const operator = clientOf("operator");
    const known = new Set(API_ROUTES.map(({ method, path }) => `${method} ${path}`));
    const tried = [
      "GET /api/auth/list-sessions",
      "POST /api/auth/admin/set-role",
      "POST /api/auth/update-user",
      "GET /api/callbacks/payment",
      "POST /api/callbacks/constructor",
      "GET /api/export/users.csv",
      "GET /api/export/toString",
      "POST /api/export/statement.csv",
      "GET /api/push/auth",
      "GET /api/push",
      "POST /api/dev/inbox",
      "GET /api/debug",
    ];
    const statuses = await Promise.all(
      tried.map(async (route) => {
        expect(known.has(route)).toBe(false);
        const [method, path = ""] = route.split(" ");
        return `${route} ${(await operator.fetch(path, { method })).status}`;
      }),
    );
    expect(statuses).toEqual(tried.map((route) => `${route} 404`));
  });
});

describe("the push gateway's HTTP API", () => {
  const { PUSHER_APP_ID = "downpour" } = target.env;

  it.each([
    "POST /events",
    "POST /batch_events",
    "POST /many_events",
    "GET /channels",
    "GET /channels/private-admin",
    "GET /channels/presence-room/users",
    "POST /users/1/terminate_connections",
    "POST /sessions/terminate_connections",
  ])("answers %s to nobody without a signature, whoever they are", async (route) => {
    const [method, path] = route.split(" ");
    const cookie = clientOf("operator").cookieHeader();
    for (const headers of [new Headers(), new Headers({ cookie })]) {
      const response = await fetch(
        `http://127.0.0.1:${target.pushPort}/apps/${PUSHER_APP_ID}${path}?auth_key=x&auth_timestamp=1&auth_signature=0`,
        { method, headers, ...(method === "POST" ? { body: "{}" } : {}) },
      );
      expect([401, 404]).toContain(response.status);
      expect(await response.text()).not.toContain("{");
    }
  });
});
