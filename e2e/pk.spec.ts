import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { mutate, openAs, query } from "./lib/people";

const INVITER = "+8613900000001";
const INVITED = "+8613900000003";
const OPERATOR = "+8613700000001";
const VIEWER = "+8613800000001";

interface Me {
  userId: string;
  nickname: string;
}
interface Lobby {
  items: { roomId: string; anchor: { userId: string } }[];
}

test("two anchors fight a battle, a viewer gives, and who leaves has lost", async ({ browser }) => {
  // Three people, and a countdown.
  test.slow();
  const inviter = await openAs(browser, INVITER, "/studio");
  const invited = await openAs(browser, INVITED, "/studio");
  const [me, them] = await Promise.all([
    query<Me>(inviter.request, "session.me"),
    query<Me>(invited.request, "session.me"),
  ]);
  const { items } = await query<Lobby>(inviter.request, "room.list", {});
  const roomId = items.find(({ anchor }) => anchor.userId === me.userId)?.roomId ?? "";
  const otherRoomId = items.find(({ anchor }) => anchor.userId === them.userId)?.roomId ?? "";

  await inviter.getByTestId("pk-toggle").click();
  await inviter.getByTestId("pk-search").fill(them.nickname);
  await inviter.getByRole("checkbox", { name: them.nickname }).check();
  await expectAccessible(inviter);
  await inviter.getByTestId("pk-invite").click();
  await expect(inviter.getByTestId("pk-current")).toHaveAttribute("data-state", "invited");

  await expect(invited.getByTestId("pk-invitation")).toContainText(me.nickname);
  await expectAccessible(invited);
  const viewer = await openAs(browser, VIEWER, `/room/${roomId}`);
  const elsewhere = await openAs(browser, "+8613800000002", `/room/${otherRoomId}`);
  await invited.getByTestId("pk-accept").click();

  const layer = viewer.getByTestId("pk-layer");
  await expect(layer).toHaveAttribute("data-state", "running", { timeout: 20_000 });
  await mutate(viewer.request, "gift.send", {
    giftOrderId: crypto.randomUUID(),
    roomId,
    giftId: "rocket",
    count: 1,
  });
  await expect(layer.getByTestId("pk-points").first()).not.toContainText(/^0/);
  const points = await layer.getByTestId("pk-points").first().textContent();
  await expect(elsewhere.getByTestId("pk-layer").getByTestId("pk-points").last()).toHaveText(points ?? "");
  await expectAccessible(viewer);

  await invited.getByTestId("pk-leave").click();
  await invited.getByTestId("pk-leave-now").click();
  await expect(viewer.getByTestId("pk-result")).toContainText(me.nickname, { timeout: 30_000 });
  await expect(elsewhere.getByTestId("pk-result")).toContainText(me.nickname);

  const { pkId } = await query<{ pkId: string }>(viewer.request, "pk.current", { roomId });
  const operator = await openAs(browser, OPERATOR, "/admin");
  const stopped = await mutate(operator.request, "pk.stop", { pkId, reason: "The evening is over." });
  expect(stopped.refusal).toBeUndefined();
  await expect(layer).toHaveCount(0);
});
