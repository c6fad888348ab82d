import { randomInt } from "node:crypto";
import { expect, type Page, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { query, signIn, signInNewcomer } from "./lib/people";

const OPERATOR = "+8613700000001";

async function apply(page: Page, about: string): Promise<void> {
  await page.getByTestId("application-about").fill(about);
  await page.getByTestId("application-send").click();
  await expect(page.getByTestId("application-open")).toBeVisible();
}

test("somebody applies to become an anchor, is refused once, and has a room in the end", async ({
  browser,
  page,
}) => {
  test.slow();
  const about = `Songs of rain ${randomInt(100_000, 1_000_000)}`;
  const newcomer = await (await browser.newContext()).newPage();
  await signInNewcomer(newcomer, "/account");
  await expect(newcomer.getByTestId("anchor-card")).toBeVisible();
  await expectAccessible(newcomer);
  await apply(newcomer, about);

  await signIn(page, OPERATOR, "/admin/users");
  const application = page.getByTestId("application").filter({ hasText: about });
  await expect(application).toHaveAttribute("data-status", "open");
  await expectAccessible(page);
  await application.getByTestId("application-reject").click();
  await page.getByTestId("reason").fill("tell us more");
  await expectAccessible(page);
  await page.getByTestId("reason-confirm").click();
  await expect(application).toHaveCount(0);
  await newcomer.reload();
  await expect(newcomer.getByTestId("application-rejected")).toContainText("tell us more");

  await apply(newcomer, `${about}, with a piano`);
  await page.reload();
  await application.getByTestId("application-approve").click();
  await page.getByTestId("reason").fill("welcome");
  await page.getByTestId("reason-confirm").click();
  await expect(application).toHaveCount(0);
  await expect
    .poll(async () => (await query<{ role: string }>(newcomer.request, "session.me")).role)
    .toBe("anchor");
  await newcomer.goto("/studio");
  await expect(newcomer.getByTestId("go-live-form")).toBeVisible();
  await newcomer.getByTestId("room-title").fill("Songs of rain");
  await newcomer.getByTestId("room-category").selectOption("music");
  await newcomer.getByTestId("go-live").click();
  await expect(newcomer.getByTestId("on-air")).toContainText("Music");
  await newcomer.getByTestId("close-room").click();
  await newcomer.getByTestId("close-room-confirm").click();
  await expect(newcomer.getByTestId("go-live-form")).toBeVisible();
  await newcomer.context().close();
});
