import { expect, type Page, type Route, test } from "@playwright/test";
import { findFirstRoom, signIn } from "./lib/people";

const connection = (page: Page) => page.getByTestId("connection");

async function enter(page: Page, phoneNumber: string): Promise<void> {
  const { roomId } = await findFirstRoom(page.request);
  await signIn(page, phoneNumber, `/room/${roomId}`);
  await expect(connection(page)).toHaveAttribute("data-state", "connected");
}

const DRAWER_CODE = "gift-count-free";

/** How many files of code are there, once that of the gift drawer is one of them; 0 before. */
async function countCode(page: Page): Promise<number> {
  return await page.evaluate(async (drawerCode) => {
    const files = performance
      .getEntriesByType("resource")
      .filter(({ name }) => name.includes("/_next/static/"));
    const texts = await Promise.all(files.map(async ({ name }) => (await fetch(name)).text()));
    return texts.some((text) => text.includes(drawerCode)) ? new Set(files.map(({ name }) => name)).size : 0;
  }, DRAWER_CODE);
}

test("without network the tap on the gifts answers, what was sent waits, and all of it comes back", async ({
  page,
  context,
}) => {
  await enter(page, "+8613800000009");
  // What a tap may need is fetched while nothing else happens.
  let before = 0;
  await expect
    .poll(
      async () => {
        const count = await countCode(page);
        const isAll = count > 0 && count === before;
        before = count;
        return isAll;
      },
      { timeout: 30_000, intervals: [1_000] },
    )
    .toBe(true);
  await context.setOffline(true);
  await expect(page.getByTestId("connection-pill")).toContainText("No network");

  await page.getByTestId("open-gifts").click();
  await page.getByTestId("gift-option-hearts").click();
  await page.getByTestId("gift-count-66").click();
  await page.getByTestId("gift-send").click();
  await expect(page.getByTestId("pending-coins")).toBeVisible();
  await expect(page.getByTestId("page-error")).toHaveCount(0);

  await context.setOffline(false);
  await expect(connection(page)).toHaveAttribute("data-state", "connected");
  await expect(page.getByTestId("pending-coins")).toHaveCount(0);
  await expect(page.getByTestId("gift-feed-line").filter({ hasText: "×66" }).first()).toBeVisible();

  const room = new URL(page.url()).pathname;
  await page.keyboard.press("Escape");
  await test.step("a link that is tapped opens when the network is back", async () => {
    await context.setOffline(true);
    await page.locator('[data-testid=room] a[href="/"]').first().click();
    await expect(page.getByTestId("connection-pill")).toContainText("No network");
    expect(new URL(page.url()).pathname).toBe(room);
    await context.setOffline(false);
    await expect(page.getByTestId("lobby-search")).toBeVisible();
  });
  await test.step("a page says that there is no network, and what was chosen last is what opens", async () => {
    await context.setOffline(true);
    await expect(page.getByTestId("network-pill")).toBeVisible();
    await page.getByTestId("language-switch").click();
    await page.getByTestId("account-link").click();
    await page.getByTestId("sign-out").click();
    await expect(page.getByText("No connection to the server")).toBeVisible();
    await expect(page.getByTestId("page-error")).toHaveCount(0);
    await expect(page.getByTestId("lobby-search")).toBeVisible();
    await context.setOffline(false);
    await page.waitForURL("**/account");
    await expect(page.getByTestId("network-pill")).toHaveCount(0);
    await expect(page.getByTestId("phone-card")).toBeVisible();
  });
});

test("signing in without network says so, and goes on when it is back", async ({ page, context }) => {
  await page.goto("/login");
  await page.getByTestId("phone-input").fill("13800000009");
  await context.setOffline(true);
  for (const button of ["send-code", "continue-as-guest"]) {
    await page.getByTestId(button).click();
    await expect(page.getByTestId("login-error")).toContainText("cannot be reached");
    await expect(page.getByTestId(button)).toBeEnabled();
  }
  await context.setOffline(false);
  await page.getByTestId("send-code").click();
  await expect(page.getByTestId("code-input")).toBeVisible();
});

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
    // Decided once: it may come back while this is done.
    const wasAway = isAway;
    if (wasAway) await route.abort("internetdisconnected");
    return wasAway;
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
    const answer = answers;
    if (answer === "away") await route.abort("internetdisconnected");
    else if (answer === "gone") await route.fulfill({ status: 404, body: "" });
    return answer !== "there";
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

/** As code does that meets what it does not know. */
async function breakDrawing(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(Intl.NumberFormat.prototype, "format", {
      get() {
        throw new TypeError("drawn by another version");
      },
    });
  });
  await page.locator("a[href='/wallet']").first().click();
}

test("a page that breaks under a new version is loaded anew, one of this version says so", async ({
  page,
}) => {
  await signIn(page, "+8613800000009", "/");
  await breakDrawing(page);
  const broken = page.getByText(/Nothing you paid for is lost/);
  await expect(broken).toBeVisible();

  let asked = 0;
  await page.route("**/_next/static/**", async (route) => {
    if (route.request().method() !== "HEAD") return await route.fallback();
    asked += 1;
    await route.fulfill({ status: 404, body: "" });
  });
  await page.goto("/");
  await expect(page.locator("h1").first()).toBeVisible();
  await breakDrawing(page);
  await expect.poll(() => asked).toBeGreaterThan(0);
  await expect(broken).toHaveCount(0);
  await expect(page.locator("main h1").first()).toBeVisible();
});
