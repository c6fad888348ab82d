import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { query, signInNewcomer } from "./lib/people";

interface Rooms {
  items: { roomId: string; anchor: { userId: string; nickname: string } }[];
}

test("a visitor signs in to follow an anchor, who then stands first in the lobby and in the account", async ({
  page,
}) => {
  const { items } = await query<Rooms>(page.request, "room.list", {});
  const last = items.at(-1);
  if (!last) throw new Error("There is no room.");
  const path = `/room/${last.roomId}`;
  await page.goto(path);
  await page.getByTestId("follow").click();
  await expect(page).toHaveURL(`/login?next=${encodeURIComponent(path)}`);

  await signInNewcomer(page, path);
  const follow = page.getByTestId("follow");
  await expect(follow).toHaveAttribute("aria-pressed", "false");
  const before = await follow.boundingBox();
  await follow.click();
  await expect(follow).toHaveAttribute("aria-pressed", "true");
  expect(await follow.boundingBox(), "the button keeps its place").toEqual(before);
  await expect
    .poll(async () => (await query<Rooms>(page.request, "room.list", {})).items[0]?.roomId)
    .toBe(last.roomId);
  await page.reload();
  await expect(follow).toHaveAttribute("aria-pressed", "true");

  await page.goto("/");
  const first = page.getByTestId("room-card").first();
  await expect(first).toHaveAttribute("data-room-id", last.roomId);
  await expect(first.getByTestId("followed-mark")).toBeVisible();

  await page.goto("/account");
  const row = page.getByTestId("followed-row");
  await expect(row).toHaveCount(1);
  await expect(row).toContainText(last.anchor.nickname);
  await expectAccessible(page);
  await row.getByRole("button").click();
  await expect(row.getByRole("button")).toHaveAttribute("aria-pressed", "false");
  await page.reload();
  await expect(page.getByTestId("followed-row")).toHaveCount(0);
});
