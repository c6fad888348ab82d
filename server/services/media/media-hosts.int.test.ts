import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Caches } from "@/platform/runtime/caches";
import type { Env } from "@/platform/settings/env";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { createGift } from "../gift/edit-catalogue";
import { openRoom } from "../room/open-room";
import { updateSettings } from "../room/update-settings";
import { getMediaHosts, getMediaHostsPolicy, setMediaHostsPolicy } from "./media-hosts";

const ELSEWHERE = "https://elsewhere.example/a.m3u8";

let harness: MoneyHarness;
const [anchorId, operatorId] = [randomUUID(), randomUUID()];
beforeAll(async () => {
  harness = await startMoneyHarness(2);
  await harness.resources.live.sql`
    INSERT INTO users (id, name, email, role) VALUES (${anchorId}, 'anchor', 'anchor@users.invalid', 'anchor')`;
});
afterAll(() => harness?.close());

/** A process that runs so, and knows nothing yet. */
const resourcesIn = (mode: string) => {
  const { env, live } = harness.resources;
  return {
    ...harness.resources,
    env: { ...env, RATE_LIMIT_MODERATION: "1000/1", DOWNPOUR_MODE: mode as Env["DOWNPOUR_MODE"] },
    live: { ...live, caches: new Caches() },
  };
};
const operator = (mode: string) => callBy(resourcesIn(mode), operatorId, "operator");

it("in demo any https host is shown, and on a real platform none, until an operator names some", async () => {
  expect(await getMediaHosts(resourcesIn("demo"))).toBeNull();
  expect(await getMediaHosts(resourcesIn("production"))).toEqual([]);
  expect(await getMediaHostsPolicy(operator("production"))).toEqual({ hosts: null, anyByDefault: false });

  const hosts = ["cdn.example.com", "*.live.example", "cdn.example.com"];
  await setMediaHostsPolicy(operator("production"), { hosts, reason: "our CDN" });
  for (const mode of ["demo", "production"]) {
    expect(await getMediaHosts(resourcesIn(mode))).toEqual(["*.live.example", "cdn.example.com"]);
  }
  const [audit] = await harness.resources.live.sql<{ reason: string }[]>`
    SELECT reason FROM operator_actions WHERE actor_id = ${operatorId} AND subject = 'policy:media-hosts'`;
  expect(audit?.reason).toBe("our CDN");
  await setMediaHostsPolicy(operator("production"), { hosts: null, reason: "as before" });
});

it("an address that no page would load is refused where it is entered", async () => {
  const resources = resourcesIn("production");
  const [anchor, editor] = [callBy(resources, anchorId, "anchor"), callBy(resources, operatorId, "operator")];
  const { roomId } = await openRoom(anchor, { title: "Night", category: "talk", tags: [] });
  const refusal = { bizName: "MEDIA_HOST_REFUSED", details: { field: "streamUrl" } };
  await expect(updateSettings(anchor, { roomId, streamUrl: ELSEWHERE })).rejects.toMatchObject(refusal);
  const gift = { giftId: `g-${randomUUID().slice(0, 8)}`, nameEn: "A", nameZh: "甲", priceCoins: 1 };
  await expect(
    createGift(editor, { ...gift, effect: "present", svgaUrl: ELSEWHERE, sortOrder: 1 }),
  ).rejects.toMatchObject({ bizName: "MEDIA_HOST_REFUSED", details: { field: "svgaUrl" } });

  await setMediaHostsPolicy(editor, { hosts: ["elsewhere.example"], reason: "theirs" });
  await updateSettings(anchor, { roomId, streamUrl: ELSEWHERE });
  await setMediaHostsPolicy(editor, { hosts: [], reason: "none" });
  // Taking it out again is always possible.
  await updateSettings(anchor, { roomId, streamUrl: null });
});

it("while the database is away pages are as usual", async () => {
  const away = resourcesIn("production");
  const live = {
    ...away.live,
    sql: (() => Promise.reject(new Error("away"))) as unknown as typeof away.live.sql,
  };
  expect(await getMediaHosts({ ...away, live })).toEqual([]);
});
