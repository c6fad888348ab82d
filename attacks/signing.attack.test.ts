import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { BizErrorShape } from "@/domain/contracts/errors";
import type { Role } from "@/domain/contracts/ids";
import { signCall } from "@/platform/security/signed-call";
import { ACCESS } from "@/server/trpc/init";
import { listProcedures } from "@/server/trpc/list-procedures";
import { newAddress, newPersonAs, newVisitor, target } from "./lib/attacker";

interface Caller {
  cookie: string;
  signingKey: string;
}

/** There are more mutations than one person may call at once. */
const PEOPLE_OF_A_KIND = 6;
const ROLES = ["guest", "viewer", "anchor", "operator"] as const satisfies readonly Role[];
const callers = new Map<Role, Caller[]>();
let stranger: Caller;

async function newCaller(role: Role): Promise<Caller> {
  const client = role === "guest" ? newVisitor() : (await newPersonAs(role)).client;
  if (role === "guest") await client.signInAsGuest();
  const signingKey = await client.findSigningKey();
  if (signingKey === undefined) throw new Error("A session has no key.");
  return { cookie: client.cookieHeader(), signingKey };
}

beforeAll(async () => {
  await Promise.all(
    ROLES.map(async (role) => {
      const people: Caller[] = [];
      for (let i = 0; i < PEOPLE_OF_A_KIND; i++) people.push(await newCaller(role));
      callers.set(role, people);
    }),
  );
  stranger = await newCaller("viewer");
});

function callerOf(role: Role): Caller {
  const people = callers.get(role) ?? [];
  const caller = people.shift() as Caller;
  people.push(caller);
  return caller;
}

type Headers = Record<string, string>;
/** A call as it goes over the wire, by whoever has the cookie. Answers the name of a refusal with its reason. */
async function post(caller: Caller, path: string, body: string, headers: Headers): Promise<string> {
  const response = await fetch(target.webUrl + path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-forwarded-for": newAddress(),
      origin: target.webUrl,
      cookie: caller.cookie,
      ...headers,
    },
    body,
  });
  const { error } = (await response.json()) as { error?: { data: { biz: BizErrorShape } } };
  const biz = error?.data.biz;
  return biz ? [biz.name, ...(biz.name === "SIGNATURE_INVALID" ? [biz.details.reason] : [])].join(" ") : "ok";
}

/** No contract takes it, so that a caller who is let in does nothing. */
const NONSENSE = JSON.stringify(["nonsense"]);
const signed = ({ signingKey }: Caller, path: string, nowMs = Date.now(), body = NONSENSE): Headers =>
  signCall(signingKey, { method: "POST", path, body }, nowMs);

const mutations = listProcedures().filter(({ type }) => type === "mutation");

describe("a mutation", () => {
  it("can be called by nobody who has no session", () => {
    expect(mutations.filter(({ access }) => !access || ACCESS[access] === null)).toEqual([]);
    expect(mutations.length).toBeGreaterThan(60);
  });

  it.each(ROLES)(
    "of a session of a %s is refused wrongly signed, stale, replayed and by another's key",
    async (role) => {
      const wrong: string[] = [];
      for (const { path: procedure, access } of mutations) {
        const rule = ACCESS[access ?? "anyone"];
        // Who may not call at all is tried with one procedure of each kind: the signature comes first for everybody.
        const mayCall = rule !== null && (rule.roles as readonly Role[]).includes(role);
        if (!mayCall && !/send|set|decide/i.test(procedure)) continue;
        const caller = callerOf(role);
        const path = `/api/trpc/${procedure}`;
        const good = signed(caller, path);
        const tries: [string, Headers, string][] = [
          ["without a nonce", { ...good, "x-dp-nonce": "" }, "SIGNATURE_INVALID malformed"],
          ["signed for another body", signed(caller, path, Date.now(), "{}"), "SIGNATURE_INVALID wrong"],
          [
            "signed for another procedure",
            signed(caller, "/api/trpc/me.endSession "),
            "SIGNATURE_INVALID wrong",
          ],
          ["with another nonce", { ...good, "x-dp-nonce": randomUUID() }, "SIGNATURE_INVALID wrong"],
          ["stale", signed(caller, path, Date.now() - 61_000), "SIGNATURE_INVALID stale"],
          ["of the future", signed(caller, path, Date.now() + 62_000), "SIGNATURE_INVALID stale"],
          ["by another's key", signed(stranger, path), "SIGNATURE_INVALID wrong"],
        ];
        for (const [what, headers, expected] of tries) {
          const said = await post(caller, path, NONSENSE, headers);
          if (said !== expected) wrong.push(`${procedure} ${what}: ${said} in place of ${expected}`);
        }
        const first = await post(caller, path, NONSENSE, good);
        if (/SIGNATURE|REPLAYED|RATE|UNAVAILABLE/.test(first)) wrong.push(`${procedure} signed: ${first}`);
        const copy = await post(caller, path, NONSENSE, good);
        if (copy !== "REPLAYED") wrong.push(`${procedure} replayed: ${copy}`);
      }
      expect(wrong).toEqual([]);
    },
    120_000,
  );

  it("is signed once for a batch, which is refused whole", async () => {
    const caller = callerOf("viewer");
    const path = "/api/trpc/gift.send,follow.set?batch=1";
    const body = JSON.stringify({ 0: ["nonsense"], 1: ["nonsense"] });
    const send = async (headers: Headers) => {
      const response = await fetch(target.webUrl + path, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          origin: target.webUrl,
          cookie: caller.cookie,
          ...headers,
        },
        body,
      });
      const answers = (await response.json()) as { error?: { data: { biz: BizErrorShape } } }[];
      return answers.map(({ error }) => error?.data.biz.name);
    };
    const good = signed(caller, path, Date.now(), body);
    // The path is signed with all that is called and how.
    const cut = signed(caller, "/api/trpc/gift.send,follow.set", Date.now(), body);
    expect(await send(cut)).toEqual(["SIGNATURE_INVALID", "SIGNATURE_INVALID"]);
    expect(await send(good)).toEqual(["INVALID_INPUT", "INVALID_INPUT"]);
    expect(await send(good)).toEqual(["REPLAYED", "REPLAYED"]);
  });

  it("cannot be signed by who has the cookie and what is in it", async () => {
    const caller = callerOf("viewer");
    const path = "/api/trpc/gift.send";
    const words = decodeURIComponent(caller.cookie)
      .split(/[;=.\s]+/)
      .filter((word) => word.length > 8);
    const facts = words.flatMap((word) => [word, Buffer.from(word, "base64url").toString()]);
    const tokens = facts.flatMap((fact) =>
      [...fact.matchAll(/"(?:token|id|userId)":"([^"]+)"/g)].map(([, id]) => id ?? ""),
    );
    for (const guess of new Set([...facts, ...tokens, ""])) {
      const said = await post(caller, path, NONSENSE, signed({ ...caller, signingKey: guess }, path));
      expect(said).toBe("SIGNATURE_INVALID wrong");
    }
  });
});
