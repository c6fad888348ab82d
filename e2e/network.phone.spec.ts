import { expect, type Page, type Route, test } from "@playwright/test";
import { findFirstRoom, signIn } from "./lib/people";

const connection = (page: Page) => page.getByTestId("connection");

async function enter(page: Page, phoneNumber: string): Promise<void> {
  const { roomId } = await findFirstRoom(page.request);
  await signIn(page, phoneNumber, `/room/${roomId}`);
  await expect(connection(page)).toHaveAttribute("data-state", "connected");
}

const DRAWER_CODE = "gift-count-free";

/** Answers for the code of the gift drawer, which is known by what it draws; everything else goes through. */
async function onDrawerCode(page: Page, answer: (route: Route) => Promise<boolean>): Promise<void> {
  const addresses = new Set<string>();
  await page.route("**/_next/static/chunks/**", async (route) => {
    const address = route.request().url();
    if (!addresses.has(address)) {
      const response = await route.fetch();
      if (!(await response.text()).includes(DRAWER_CODE)) return route.fulfill({ response });
      addresses.add(address);
    }
    if (!(await answer(route))) await route.fallback();
  });
}

test("a part that does not come leaves the room as it is, and comes by itself when it can", async ({
  page,
}) => {
  let isAway = true;
  await onDrawerCode(page, async (route) => {
    if (isAway) await route.abort("internetdisconnected");
    return isAway;
  });
  await enter(page, "+8613800000009");
  await page.getByTestId("open-gifts").click();
  await expect(page.getByTestId("part-late")).toBeVisible();
  await expect(page.getByTestId("page-error")).toHaveCount(0);
  await page.getByTestId("chat-input").fill("still here");
  isAway = false;
  await expect(page.getByTestId("gift-send")).toBeVisible({ timeout: 40_000 });
  await expect(page.getByTestId("part-late")).toHaveCount(0);
});

test("a page of before a deployment reloads by itself and keeps what was typed", async ({ page }) => {
  let answers: "away" | "gone" | "there" = "away";
  await onDrawerCode(page, async (route) => {
    if (answers === "away") await route.abort("internetdisconnected");
    else if (answers === "gone") await route.fulfill({ status: 404, body: "" });
    return answers !== "there";
  });
  await enter(page, "+8613800000009");
  await page.getByTestId("chat-input").fill("half a sentence");
  const reloaded = page.waitForEvent("domcontentloaded", { timeout: 50_000 });
  answers = "gone";
  await page.getByTestId("open-gifts").click();
  await reloaded;
  answers = "there";
  await expect(page.getByTestId("chat-input")).toHaveValue("half a sentence");
  await page.getByTestId("open-gifts").click();
  await expect(page.getByTestId("gift-send")).toBeVisible({ timeout: 40_000 });
});
