import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { GiftSendResult } from "@/domain/contracts/gift";
import { uuid7 } from "@/testkit/load";
import { trpcPost } from "@/testkit/trpc";
import { expectCleanAudit, type Rig, startRig, waitUntil, waitUntilFinal } from "./lib/rig";

/** The clock of the web process' machine jumps 13 hours ahead while it runs; workers on other machines are right. */
const THIRTEEN_HOURS_MS = 13 * 3_600_000;

let folder: string;
let shiftFile: string;
let rig: Rig;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "downpour-clock-"));
  shiftFile = join(folder, "shift-ms");
  writeFileSync(shiftFile, "0");
  rig = await startRig();
  await rig.web.stop();
  const hook = fileURLToPath(new URL("lib/jumping-clock.mjs", import.meta.url));
  await rig.stack.start("web", { NODE_OPTIONS: `--import=${hook}`, SHIFTED_CLOCK_FILE: shiftFile });
  await Promise.all([rig.stack.start("gift-debit"), rig.stack.start("settlement")]);
});
afterAll(async () => {
  await rig?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(() => console.error(rig.stack.describe()));
});

const readReadiness = async () => (await fetch(`${rig.stack.webUrl}/readyz`)).status;

async function sendOne(personIndex: number) {
  const sender = rig.people[personIndex];
  const room = rig.rooms[0];
  if (!sender || !room) throw new Error("Nobody is there.");
  const giftOrderId = uuid7();
  await trpcPost<GiftSendResult>(
    rig.stack.webUrl,
    "gift.send",
    { giftOrderId, roomId: room.roomId, giftId: "hearts", count: 1 },
    sender.cookie,
  );
  return { giftOrderId, roomId: room.roomId, sender };
}

it("is not ready, and its gifts have the right time, count on the right day and are settled", async () => {
  const sent = [await sendOne(0)];
  writeFileSync(shiftFile, String(THIRTEEN_HOURS_MS));
  sent.push(await sendOne(0), await sendOne(1));
  await waitUntil("the process is not ready", async () => (await readReadiness()) === 503);
  sent.push(await sendOne(0), await sendOne(1));
  const final = await waitUntilFinal(rig, sent);
  expect([...final.values()].map(({ status }) => status)).toEqual(sent.map(() => "settled"));
  const rows = await rig.live.sql<{ off: number }[]>`
    SELECT max(abs(extract(epoch FROM sent_at - now())))::float8 AS off FROM gift_records
    WHERE gift_order_id = ANY (${`{${sent.map((gift) => gift.giftOrderId).join(",")}}`}::uuid[])`;
  expect(rows[0]?.off).toBeLessThan(600);
  const days = await rig.live.sql<{ right: boolean }[]>`
    SELECT a.spent_day = max((r.sent_at AT TIME ZONE 'Asia/Shanghai')::date) AS right
    FROM ledger_accounts a JOIN gift_records r ON r.sender_id = a.id
    WHERE a.id = ${sent[0]?.sender.userId ?? ""} GROUP BY a.spent_day`;
  expect(days).toEqual([{ right: true }]);
  const alarms = await rig.live.sql`SELECT 1 FROM alarms WHERE kind = 'process.clock_off'`;
  expect(alarms).toHaveLength(1);
  writeFileSync(shiftFile, "0");
  await waitUntil("the process is ready again", async () => (await readReadiness()) === 200);
  await expectCleanAudit(rig);
});
