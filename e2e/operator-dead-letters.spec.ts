import { expect, type Page, test } from "@playwright/test";
import { v7 as uuidv7 } from "uuid";
import { insertDeadLetter } from "@/db/live/queries/dead-letters";
import { bucketOf } from "@/domain/rules/bucket";
import { describeDeadLetter } from "@/domain/rules/dead-letter";
import { newTraceId } from "@/platform/observability/trace";
import { writeGiftEntry } from "@/server/queue/write-gift-entry";
import { findPacketAmounts } from "@/server/services/rain/packet-amounts";
import { expectAccessible } from "./lib/accessibility";
import { isLiveStoreHere, withLiveStore } from "./lib/live-store";
import { findFirstRoom, query, signIn } from "./lib/people";
import { findRoom, prepareRain, readBalance, startRain } from "./lib/rains";

const OPERATOR = "+8613700000001";
const VIEWER = "+8613800000016";
const ANCHOR = "+8613900000001";

interface Order {
  giftOrderId: string;
  status: string;
}

/** Sets an entry of a queue apart, as a worker does that cannot post it. Answers the dead letter's id. */
async function setApart(queue: "gifts" | "claims", userId: string, raw: string): Promise<string> {
  const entry = { bucket: bucketOf(userId), id: `${Date.now()}-1`, raw };
  const facts = describeDeadLetter(queue, entry, "for a test");
  return await withLiveStore(
    async ({ sql }) => (await insertDeadLetter(sql, { ...facts, isTold: false })).id,
  );
}

/** Through the list, by its button, with a reason. */
async function decide(desk: Page, letterId: string, action: string, reason: string): Promise<void> {
  await desk.goto("/admin/dead-letters");
  const letter = desk.locator(`[data-dead-letter-id="${letterId}"]`);
  await expect(letter).toHaveAttribute("data-status", "open");
  await letter.getByTestId("show-dead-letter").click();
  await desk.getByTestId(`dead-letter-${action}`).click();
  await desk.getByTestId("reason").fill(reason);
  await desk.getByTestId("reason-confirm").click();
  await expect(desk.getByTestId("reason-dialog")).toHaveCount(0);
  await expect(desk.getByTestId("dead-letter-decision")).toContainText(reason);
  // Nothing more can be done with it, and the list of open ones has it no longer.
  await expect(desk.locator('[data-testid^="dead-letter-"][data-testid$="requeue"]')).toHaveCount(0);
  await expect(letter).toHaveCount(0);
}

test("an operator tries a gift again, gives a gift back, and pays a packet whose rain is over", async ({
  browser,
  page: desk,
}) => {
  test.slow();
  test.skip(!isLiveStoreHere(), "the data of the product is somewhere else");
  const [viewers, anchors] = [await browser.newContext(), await browser.newContext()];
  const [viewer, anchor] = [await viewers.newPage(), await anchors.newPage()];
  const room = await findFirstRoom(viewer.request);
  await signIn(viewer, VIEWER, "/wallet");
  await signIn(anchor, ANCHOR, "/studio");
  await signIn(desk, OPERATOR, "/admin/dead-letters");
  const { userId } = await query<{ userId: string }>(viewer.request, "session.me");
  const orderOf = async (giftOrderId: string) =>
    (
      await query<{ items: Order[] }>(viewer.request, "gift.history", { side: "sent", limit: 100 })
    ).items.find((order) => order.giftOrderId === giftOrderId)?.status;

  const { sessionId } = await query<{ sessionId: string }>(viewer.request, "room.get", {
    roomId: room.roomId,
  });
  const gift = {
    giftOrderId: uuidv7(),
    senderId: userId,
    senderName: "viewer",
    roomId: room.roomId,
    sessionId,
    anchorId: room.anchor.userId,
    giftId: "hearts",
    count: 1,
    priceCoins: 10,
    comboId: null,
    anonymous: false,
    traceId: newTraceId(),
    sentAt: new Date().toISOString(),
  };
  const had = await readBalance(viewer);

  // Tried again it is paid like any other.
  const waiting = await setApart("gifts", userId, writeGiftEntry(gift));
  await desk.reload();
  await expect(desk.locator(`[data-dead-letter-id="${waiting}"]`)).toBeVisible();
  await expectAccessible(desk);
  await decide(desk, waiting, "requeue", "the database was away");
  await expect.poll(() => orderOf(gift.giftOrderId)).toBe("settled");
  await expect.poll(() => readBalance(viewer)).toBe(had - 10);

  // The same order once more, as another delivery left it: it was paid, so its coins go back.
  const twice = await setApart("gifts", userId, `${writeGiftEntry(gift)} `);
  await decide(desk, twice, "refund", "was delivered twice");
  await expect.poll(() => orderOf(gift.giftOrderId)).toBe("refunded");
  await expect.poll(() => readBalance(viewer)).toBe(had);

  // Several at once, each with the reason.
  const more = [1, 2].map(() => ({ ...gift, giftOrderId: uuidv7() }));
  const apart = [];
  for (const one of more) apart.push(await setApart("gifts", userId, writeGiftEntry(one)));
  await desk.goto("/admin/dead-letters");
  await desk.getByTestId("requeue-shown").click();
  await desk.getByTestId("reason").fill("the disk has room again");
  await desk.getByTestId("reason-confirm").click();
  await expect(desk.getByTestId("requeue-shown-outcome")).toBeVisible();
  for (const { giftOrderId } of more) await expect.poll(() => orderOf(giftOrderId)).toBe("settled");
  await expect.poll(() => readBalance(viewer)).toBe(had - 20);

  // A packet that was won in a rain that has ended: the platform pays.
  await findRoom(anchor, "piano");
  const rainId = await prepareRain(anchor, { budgetCoins: 200, packetCount: 10, durationSeconds: 10 });
  await startRain(anchor, rainId);
  await expect
    .poll(async () => await query(anchor.request, "rain.get", { rainId }), { timeout: 40_000 })
    .toMatchObject({ status: "ended" });
  const amounts = await withLiveStore((live) => findPacketAmounts({ live }, [rainId]));
  const coins = amounts.get(rainId)?.[3] ?? 0;
  const claim = {
    rainId,
    packetIndex: 3,
    coins,
    userId,
    claimId: uuidv7(),
    traceId: newTraceId(),
    claimedAt: new Date().toISOString(),
  };
  const lost = await setApart("claims", userId, JSON.stringify(claim));
  await decide(desk, lost, "credit_promotion", "was shown to the winner");
  await expect.poll(() => readBalance(viewer)).toBe(had - 20 + coins);

  await desk.goto("/admin/dead-letters?status=all");
  for (const [letterId, status] of [
    [waiting, "requeued"],
    ...apart.map((letterId) => [letterId, "requeued"] as const),
    [twice, "refunded"],
    [lost, "credited"],
  ] as const) {
    await expect(desk.locator(`[data-dead-letter-id="${letterId}"]`)).toHaveAttribute("data-status", status);
  }
  await Promise.all([viewers.close(), anchors.close()]);
});
