import { expect, test } from "@playwright/test";
import { v7 as uuidv7 } from "uuid";
import { findFirstRoom, mutate, query, signIn, signInNewcomer } from "./lib/people";

const ROCKET_COINS = 45;
const COUNT = 66;

interface Sent {
  giftOrderId: string;
  status: string;
  totalCoins: number;
  traceId: string;
}

test("a gift travels from a click to money and light", async ({ browser }) => {
  const [sender, watcher, studio] = await Promise.all([
    browser.newContext({ locale: "en-US" }),
    browser.newContext({ locale: "en-US", reducedMotion: "no-preference" }),
    browser.newContext({ locale: "en-US" }),
  ]);
  const [a, b, anchor] = [await sender.newPage(), await watcher.newPage(), await studio.newPage()];
  const { roomId } = await findFirstRoom(a.request);

  await signIn(anchor, "+8613900000001", "/studio");
  const earned = anchor.getByTestId("earned");
  await expect(earned).toHaveAttribute("data-fen", /^\d+$/);
  const earnedBefore = Number(await earned.getAttribute("data-fen"));

  // B only watches, as a guest.
  await b.goto(`/room/${roomId}`);
  await expect(b.getByTestId("room")).toHaveAttribute("data-live", "true");
  await expect(b.getByTestId("connection")).toHaveAttribute("data-state", "connected");

  await signIn(a, "+8613800000001", `/room/${roomId}`);
  const balance = a.getByTestId("balance");
  await expect(balance).toHaveAttribute("data-coins", /^\d+$/);
  const coinsBefore = Number(await balance.getAttribute("data-coins"));

  await a.getByTestId("gift-option-rocket").click();
  await a.getByTestId(`gift-count-${COUNT}`).click();
  const send = a.getByTestId("gift-send");
  const placeBefore = await send.boundingBox();
  await send.click();

  // Nothing moves under the finger of somebody who taps again and again.
  await expect(a.getByTestId("combo-button")).toBeVisible();
  expect(await send.boundingBox()).toEqual(placeBefore);

  // Light: the other viewer sees the scene with its words, and the line in the feed.
  const scene = b.getByTestId("effect-stage");
  // Asked in one: it does not stay.
  await expect(scene).toContainText(new RegExp(`Rocket.*×${COUNT}`));
  const line = b.getByTestId("gift-feed-line").first();
  await expect(line).toContainText("Rocket");
  await expect(line.getByTestId("gift-feed-count")).toHaveText(`×${COUNT}`);

  // Money: to the coin and to the fen.
  const total = ROCKET_COINS * COUNT;
  await expect(balance).toHaveAttribute("data-coins", String(coinsBefore - total));
  await expect(a.getByTestId("pending-coins")).toHaveCount(0);
  const share = Math.floor((total * 10 * 5_000) / 10_000);
  await expect(earned).toHaveAttribute("data-fen", String(earnedBefore + share));

  // Every statement shows it, under one trace id.
  const { items } = await query<{ items: Sent[] }>(a.request, "gift.history", { limit: 1 });
  const sent = items[0];
  expect(sent).toMatchObject({
    status: "settled",
    totalCoins: total,
    traceId: expect.stringMatching(/^[\da-f]{32}$/),
  });
  const statement = await query<{ items: { bizId: string; amountCoins: number; traceId: string }[] }>(
    a.request,
    "wallet.statement",
    { limit: 1 },
  );
  expect(statement.items[0]).toMatchObject({
    bizId: sent?.giftOrderId,
    amountCoins: -total,
    traceId: sent?.traceId,
  });
  const received = await query<{ items: Sent[] }>(anchor.request, "gift.history", {
    side: "received",
    limit: 1,
  });
  expect(received.items[0]).toMatchObject({ giftOrderId: sent?.giftOrderId, traceId: sent?.traceId });
  const status = await query<Sent>(a.request, "gift.status", { giftOrderId: sent?.giftOrderId });
  expect(status).toMatchObject({ status: "settled", traceId: sent?.traceId });

  await a.goto("/wallet");
  await expect(a.getByTestId("wallet-balance")).toContainText((coinsBefore - total).toLocaleString("en-US"));
  await expect(a.getByTestId("statement-row").first()).toContainText(`−${total.toLocaleString("en-US")}`);
  await expect(a.getByTestId("statement-row").first().getByTestId("trace-id")).toHaveAttribute(
    "title",
    sent?.traceId ?? "",
  );
  await Promise.all([sender.close(), watcher.close(), studio.close()]);
});

test("a sender without coins sees the reason and a way to top up, and the room sees nothing", async ({
  browser,
}) => {
  const [sender, watcher] = await Promise.all([browser.newContext(), browser.newContext()]);
  const [a, b] = [await sender.newPage(), await watcher.newPage()];
  const { roomId } = await findFirstRoom(a.request);
  await b.goto(`/room/${roomId}`);
  await expect(b.getByTestId("connection")).toHaveAttribute("data-state", "connected");

  // Demo viewers and anchors start with coins; somebody new has none.
  await signInNewcomer(a, `/room/${roomId}`);
  const { nickname } = await query<{ nickname: string }>(a.request, "session.me");
  await a.getByTestId("gift-option-hearts").click();
  await a.getByTestId("gift-send").click();
  await expect(a.getByTestId("insufficient-coins")).toBeVisible();
  await expect(a.getByTestId("insufficient-coins").getByRole("link")).toHaveAttribute(
    "href",
    `/wallet?room=${roomId}#top-up`,
  );

  // The same by hand, past the page: the server refuses by name and changes nothing.
  const giftOrderId = uuidv7();
  const order = { giftOrderId, roomId, giftId: "hearts", count: 1, priceCoins: 0, totalCoins: 0, amount: 0 };
  const { refusal } = await mutate(a.request, "gift.send", order);
  expect(refusal?.name).toBe("INSUFFICIENT_COINS");
  expect(await query(a.request, "gift.status", { giftOrderId })).toMatchObject({ status: "unknown" });

  // What comes after in the room shows that nothing came before.
  const messageId = uuidv7();
  await mutate(a.request, "chat.send", { roomId, messageId, text: `after ${messageId}` });
  await expect(b.getByTestId("chat-list")).toContainText(`after ${messageId}`);
  await expect(b.getByTestId("gift-feed").or(b.getByText("No gifts yet"))).toBeVisible();
  await expect(b.getByTestId("gift-feed-line").filter({ hasText: nickname })).toHaveCount(0);
  await Promise.all([sender.close(), watcher.close()]);
});

test("a hundred equal sendings debit once; the id with another count is a conflict; a client's price is ignored", async ({
  page,
}) => {
  const { roomId } = await findFirstRoom(page.request);
  await signIn(page, "+8613800000002", "/wallet");
  const { balanceCoins } = await query<{ balanceCoins: number }>(page.request, "wallet.balance");
  const order = { giftOrderId: uuidv7(), roomId, giftId: "crown", count: 3, priceCoins: 1, totalCoins: 1 };
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => mutate<Sent>(page.request, "gift.send", order)),
  );
  expect(answers.filter((answer) => answer.data === undefined)).toEqual([]);
  expect(new Set(answers.map((answer) => answer.data?.totalCoins))).toEqual(new Set([60]));
  const other = await mutate(page.request, "gift.send", { ...order, count: 4 });
  expect(other.refusal?.name).toBe("GIFT_ORDER_CONFLICT");
  await expect
    .poll(async () => await query(page.request, "wallet.balance"))
    .toMatchObject({ balanceCoins: balanceCoins - 60, pendingCoins: 0 });
  const statement = await query<{ items: { bizId: string }[] }>(page.request, "wallet.statement", {
    limit: 100,
  });
  expect(statement.items.filter((item) => item.bizId === order.giftOrderId)).toHaveLength(1);
});
