import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readIpBlocks, storeIpBlocks } from "@/platform/redis/ip-blocks";
import { ipBlocksKey } from "@/platform/redis/keys";
import { parseAddress, UNKNOWN_ADDRESS } from "@/platform/security/client-address";
import { writeBlockedFile } from "@/scripts/lib/blocked-file";
import { callBy, type MoneyHarness, startMoneyHarness } from "@/server/testing/money-harness";
import { blockIp, getIpBlocks, unblockIp } from "./ip-blocks";
import { blockedRangesOf, followIpBlocks } from "./watch-ip-blocks";

let harness: MoneyHarness;
beforeAll(async () => {
  harness = await startMoneyHarness();
});
afterAll(() => harness?.close());

const at = (text: string) => parseAddress(text) ?? UNKNOWN_ADDRESS;
const operator = (address = "198.51.100.7") =>
  Object.assign(callBy(harness.resources, randomUUID(), "operator"), { address: at(address) });
const isBlocked = (text: string) => blockedRangesOf(harness.resources).has(at(text));
const block = (range: string, more: { expiresAt?: string; confirmed?: boolean } = {}, by = operator()) =>
  blockIp(by, { range, reason: "floods", confirmed: false, ...more });
const listed = async () => (await getIpBlocks(operator())).items.map(({ range }) => range);
const auditOf = (range: string) => harness.resources.live.sql<{ action: string; reason: string }[]>`
  SELECT action, reason FROM operator_actions WHERE subject = ${`ip:${range}`} ORDER BY id`;

it("blocks a range for a reason, and lets it in again", async () => {
  expect(await block("203.0.113.9")).toEqual({ range: "203.0.113.9/32" });
  expect(await block("203.0.113.0/24")).toEqual({ range: "203.0.113.0/24" });
  expect(await block("2001:db8:7:7::1")).toEqual({ range: "2001:db8:7:7::/64" });
  expect(await listed()).toEqual(expect.arrayContaining(["203.0.113.0/24", "2001:db8:7:7::/64"]));
  expect(isBlocked("203.0.113.77")).toBe(true);
  expect(isBlocked("2001:db8:7:7:ffff::")).toBe(true);

  await unblockIp(operator(), { range: "203.0.113.0/24", reason: "a mistake" });
  expect(isBlocked("203.0.113.77")).toBe(false);
  expect(isBlocked("203.0.113.9")).toBe(true);
  expect(await auditOf("203.0.113.0/24")).toEqual([
    { action: "ip.block", reason: "floods" },
    { action: "ip.unblock", reason: "a mistake" },
  ]);
  await expect(unblockIp(operator(), { range: "203.0.113.0/24", reason: "again" })).rejects.toMatchObject({
    bizName: "NOT_FOUND",
  });
});

it("refuses what is no range, too wide or past, and the caller's own address unless that is confirmed", async () => {
  for (const range of ["0.0.0.0/0", "10.0.0.5/8", "1.2.3", "::/0"]) {
    await expect(block(range)).rejects.toMatchObject({
      bizName: "INVALID_INPUT",
      details: { field: "range" },
    });
  }
  await expect(block("192.0.2.1", { expiresAt: "2020-01-01T00:00:00.000Z" })).rejects.toMatchObject({
    details: { field: "expiresAt" },
  });
  const own = operator("192.0.2.44");
  await expect(block("192.0.2.0/24", {}, own)).rejects.toMatchObject({
    details: { field: "confirmed", reason: "own-address" },
  });
  expect(await listed()).not.toContain("192.0.2.0/24");
  expect(await auditOf("192.0.2.0/24")).toEqual([]);
  await block("192.0.2.0/24", { confirmed: true }, own);
  expect(isBlocked("192.0.2.44")).toBe(true);
});

it("ends a block by itself, wherever it is held", async () => {
  const { live, redis } = harness.resources;
  await block("198.18.7.0/24", { expiresAt: new Date(Date.now() + 3_600_000).toISOString() });
  expect(isBlocked("198.18.7.1")).toBe(true);
  await live.sql`UPDATE ip_blocks SET expires_at = now() - interval '1 second' WHERE range = '198.18.7.0/24'`;
  await followIpBlocks(harness.resources);
  expect(isBlocked("198.18.7.1")).toBe(false);
  expect(await listed()).not.toContain("198.18.7.0/24");

  await storeIpBlocks(redis, [
    { range: "198.18.8.0/24", expiresAtMs: Date.now() + 3_600_000 },
    { range: "198.18.9.0/24", expiresAtMs: null },
  ]);
  const told = await readIpBlocks(redis);
  expect(told?.map(({ range }) => range)).toEqual(["198.18.8.0/24", "198.18.9.0/24"]);
  expect(told?.[0]?.leftMs).toBeGreaterThan(0);
  expect(told?.[1]?.leftMs).toBeNull();
  // Lost: what is known goes on.
  await redis.del(ipBlocksKey);
  expect(await readIpBlocks(redis)).toBeUndefined();
});

it("writes nginx' file anew only when something else holds", async () => {
  const { live } = harness.resources;
  const folder = mkdtempSync(join(tmpdir(), "downpour-blocked-"));
  const file = join(folder, "blocked.conf");
  await block("198.18.10.0/24");
  expect((await writeBlockedFile(live, file)).isChanged).toBe(true);
  expect(readFileSync(file, "utf8")).toContain("\ndeny 198.18.10.0/24;\n");
  expect((await writeBlockedFile(live, file)).isChanged).toBe(false);
  await unblockIp(operator(), { range: "198.18.10.0/24", reason: "over" });
  expect((await writeBlockedFile(live, file)).isChanged).toBe(true);
  expect(readFileSync(file, "utf8")).not.toContain("198.18.10.0/24");
  rmSync(folder, { recursive: true });
});
