import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { StackProcess } from "@/stack/stack-process";
import { signPosted } from "@/testkit/signing";
import { type Rig, startRig, waitUntil } from "./lib/rig";

/** What was used stays used: over two web processes, and over the end of Redis. */
let rig: Rig;
let other: StackProcess;

beforeAll(async () => {
  rig = await startRig({ balanced: true });
  other = await rig.stack.start("web");
});
afterAll(async () => {
  await rig?.close();
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(rig.stack.describe()));
});

interface Signed {
  path: string;
  body: string;
  headers: Record<string, string>;
}
function sign(procedure: string, input: unknown): Signed {
  const path = `/api/trpc/${procedure}`;
  const body = JSON.stringify(input);
  return { path, body, headers: signPosted(rig.people[0]?.signingKey ?? "", { path, body }) };
}

async function send({ path, body, headers }: Signed, webUrl: string): Promise<string> {
  const response = await fetch(webUrl + path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      cookie: rig.people[0]?.cookie ?? "",
      ...headers,
    },
    body,
  });
  const { error } = (await response.json()) as { error?: { data: { biz: { name: string } } } };
  return error?.data.biz.name ?? "ok";
}

it("a call that was used is refused by the other process, and after Redis was killed and came back", async () => {
  const { roomId, anchorId } = rig.rooms[0] ?? { roomId: "", anchorId: "" };
  const gift = { giftOrderId: randomUUID(), roomId, giftId: "hearts", count: 1 };
  const used = [
    sign("gift.send", gift),
    sign("gift.send", { ...gift, giftOrderId: randomUUID(), giftId: "no-such-gift" }),
    sign("follow.set", { anchorId, following: true }),
  ];
  const said: string[] = [];
  for (const call of used) said.push(await send(call, rig.web.url));
  expect(said).toEqual(["ok", "GIFT_UNAVAILABLE", "ok"]);
  // Signed before, used after: what is refused is not the time.
  const unused = sign("follow.set", { anchorId, following: false });
  await rig.stack.redis.kill9();
  expect(await send(used[2] as Signed, rig.web.url)).toBe("UNAVAILABLE");
  await rig.stack.redis.restart();
  for (const { url } of [rig.web, other]) {
    await waitUntil(
      "calls are answered again",
      async () => (await send(used[2] as Signed, url)) !== "UNAVAILABLE",
    );
    for (const call of used) expect(await send(call, url)).toBe("REPLAYED");
  }
  expect(await send(unused, other.url)).toBe("ok");
});
