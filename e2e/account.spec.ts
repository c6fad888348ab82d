import { randomInt } from "node:crypto";
import { expect, test } from "@playwright/test";
import { expectAccessible } from "./lib/accessibility";
import { readCode, signInNewcomer } from "./lib/people";

test("somebody changes their phone number, with a code from each phone", async ({ page }) => {
  const own = await signInNewcomer(page, "/account");
  const masked = (await page.getByTestId("my-phone").textContent()) ?? "";
  await expect(page.getByTestId("session-row")).toHaveCount(1);
  await expectAccessible(page);

  await page.getByTestId("phone-change").click();
  const next = `+1555${randomInt(1_000_000, 10_000_000)}`;
  await page.getByTestId("new-phone").fill(next);
  await page.getByTestId("send-codes").click();
  await expect(page.getByTestId("newCode")).toBeVisible();
  const right = await readCode(page, own);
  await page.getByTestId("newCode").fill(await readCode(page, next));
  await page.getByTestId("oldCode").fill(right === "000001" ? "000002" : "000001");
  await page.getByTestId("confirm-phone").click();
  await expect(page.getByTestId("phone-change-error")).toBeVisible();
  await expect(page.getByTestId("my-phone")).toHaveText(masked);
  await expectAccessible(page);

  await page.getByTestId("oldCode").fill(right);
  await page.getByTestId("confirm-phone").click();
  await expect(page.getByTestId("phone-changed")).toBeVisible();
  await expect(page.getByTestId("my-phone")).not.toHaveText(masked);
});

test("somebody takes another name, and gives without it from then on", async ({ page }) => {
  await signInNewcomer(page, "/account");
  const name = `Misty ${randomInt(1_000, 10_000)}`;
  await page.getByTestId("nickname").fill("\u200b ");
  await expect(page.getByTestId("nickname-save")).toBeDisabled();
  await page.getByTestId("nickname").fill(`  ${name}  `);
  await page.getByTestId("nickname-save").click();
  await expect(page.getByTestId("nickname")).toHaveValue(name);
  await page.getByTestId("gives-anonymously").click({ force: true });
  await expect(page.getByTestId("gives-anonymously")).toBeChecked();
  await expect
    .poll(async () => (await page.request.get("/api/trpc/session.me")).json())
    .toMatchObject({ result: { data: { nickname: name, givesAnonymously: true } } });
  await expectAccessible(page);

  await page.goto("/");
  await page.getByTestId("room-card").first().click();
  await expect(page.getByTestId("gift-anonymous")).toBeChecked();
});
