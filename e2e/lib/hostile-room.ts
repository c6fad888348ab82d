import { expect, type Page } from "@playwright/test";
import { v7 as uuidv7 } from "uuid";
import { cut, HOSTILE, type Hostile } from "./hostile-texts";
import { mutate, query } from "./people";

const KINDS = Object.keys(HOSTILE) as Hostile[];
const GIFT_COINS = 900;
const WITHDRAWN_FEN = 1_000;

export interface HostilePeople {
  anchor: Page;
  viewer: Page;
  operator: Page;
}

export interface HostileFacts {
  roomId: string;
  viewerId: string;
  giftIds: string[];
  categoryId: string;
  /** One that was called off, so that everybody may check it. */
  rainId: string;
}

async function must<T>(page: Page, procedure: string, input: object): Promise<T> {
  const { data, refusal } = await mutate<T>(page.request, procedure, input);
  expect(refusal, `${procedure} ${JSON.stringify(input)}`).toBeUndefined();
  return data as T;
}

/** Everything that takes words, through the doors that it comes in by: a room, gifts, chat, reasons, a payee. */
export async function writeHostileTexts({ anchor, viewer, operator }: HostilePeople): Promise<HostileFacts> {
  const giftId = `hostile-${uuidv7().slice(-12)}`;
  const dearId = `${giftId}-dear`;
  const [reason, turning] = [`${cut("word", 240)} ${cut("han", 100)}`, cut("rightToLeft", 120)];
  await must(operator, "gift.create", {
    giftId,
    nameEn: cut("rightToLeft", 40),
    nameZh: cut("han", 40),
    priceCoins: GIFT_COINS,
    effect: "hearts",
    reason,
  });
  await must(operator, "gift.create", {
    giftId: dearId,
    nameEn: cut("word", 40),
    nameZh: cut("marks", 40),
    priceCoins: 1_000_000,
    effect: "nothing-known",
  });
  const categoryId = `${giftId}-about`;
  await must(operator, "category.create", {
    categoryId,
    nameEn: cut("word", 30),
    nameZh: cut("rightToLeft", 30),
    reason,
  });
  const { roomId } = await must<{ roomId: string }>(anchor, "room.open", {
    title: cut("word", 60),
    category: categoryId,
    tags: (["word", "rightToLeft", "families", "marks", "wide"] as const).map((kind) => cut(kind, 20)),
  });
  for (const [index, kind] of KINDS.entries()) {
    // Nobody may write them all at once.
    await must([viewer, anchor][index % 2] ?? viewer, "chat.send", {
      roomId,
      messageId: uuidv7(),
      text: cut(kind, 200),
    });
  }
  const giftOrderId = uuidv7();
  await must(viewer, "gift.send", { giftOrderId, roomId, giftId, count: 1, confirmed: true });
  const earned = async () =>
    (await query<{ withdrawableFen: number }>(anchor.request, "finance.summary")).withdrawableFen;
  await expect.poll(earned, { timeout: 30_000 }).toBeGreaterThanOrEqual(WITHDRAWN_FEN);
  await must(anchor, "finance.withdraw", {
    withdrawalId: uuidv7(),
    amountFen: WITHDRAWN_FEN,
    payoutAccount: { kind: "alipay", name: cut("rightToLeft", 60), number: "13812345678" },
  });
  const { userId } = await query<{ userId: string }>(viewer.request, "session.me");
  const anchorId = (await query<{ userId: string }>(anchor.request, "session.me")).userId;
  await must(anchor, "room.mute", { roomId, userId, minutes: 1, reason: cut("rightToLeft", 100) });
  await must(operator, "people.restrict", {
    userId,
    kind: "payouts",
    restrictionId: uuidv7(),
    reason: turning,
    until: new Date(Date.now() + 3_600_000).toISOString(),
  });
  // With a second operator's yes or without it: either way it is on a page.
  await mutate(operator.request, "rain.grant", { grantId: uuidv7(), anchorId, coins: 1_000_000_000, reason });
  const rainId = uuidv7();
  await must(anchor, "rain.create", {
    rainId,
    budgetCoins: 300,
    packetCount: 30,
    durationSeconds: 30,
    remark: cut("word", 60),
  });
  await must(anchor, "rain.finish", { rainId });
  return { roomId, viewerId: userId, giftIds: [giftId, dearId], categoryId, rainId };
}

/** Puts the room and the gift out of everybody else's way. */
export async function putAwayHostileTexts(
  { anchor, operator }: HostilePeople,
  facts: HostileFacts,
): Promise<void> {
  await must(anchor, "room.close", { roomId: facts.roomId });
  for (const giftId of facts.giftIds)
    await must(operator, "gift.disable", { giftId, reason: "the test is over" });
  const { categoryId } = facts;
  await must(operator, "category.update", { categoryId, enabled: false, reason: "the test is over" });
}
