import { expect, type Page } from "@playwright/test";
import { v7 as uuidv7 } from "uuid";
import { type LiveRoom, mutate, query } from "./people";

export interface RainOrder {
  budgetCoins: number;
  packetCount: number;
  durationSeconds: number;
  claimsPerViewer?: number;
  startsAt?: string;
}

/** The live demo room whose title has the words. */
export async function findRoom(page: Page, search: string): Promise<LiveRoom> {
  const { items } = await query<{ items: LiveRoom[] }>(page.request, "room.list", { search });
  const [room] = items;
  if (!room) throw new Error(`No room is live under "${search}".`);
  return room;
}

/** Creates and prepares a rain as the signed-in anchor and waits until its packets are loaded. */
export async function prepareRain(anchor: Page, order: RainOrder): Promise<string> {
  const rainId = uuidv7();
  for (const [procedure, input] of [
    ["rain.create", { rainId, ...order }],
    ["rain.prepare", { rainId }],
  ] as const) {
    expect((await mutate(anchor.request, procedure, input)).refusal).toBeUndefined();
  }
  await expect
    .poll(async () => await query(anchor.request, "rain.get", { rainId }))
    .toMatchObject({ status: "ready" });
  return rainId;
}

export async function startRain(anchor: Page, rainId: string, countdownSeconds = 0): Promise<void> {
  const { refusal } = await mutate(anchor.request, "rain.start", { rainId, countdownSeconds });
  expect(refusal).toBeUndefined();
}

/** Taps over the picture, as a person does, until a packet was hit: where they are is known to nobody but the eyes. */
export async function tapFallingPacket(
  page: Page,
  tap: (x: number, y: number) => Promise<void>,
): Promise<void> {
  const box = await page.getByTestId("rain-shower").boundingBox();
  if (!box) throw new Error("Nothing falls.");
  const button = page.getByTestId("rain-grab");
  await expect(button).toHaveAttribute("data-state", "ready");
  await expect(async () => {
    for (let x = 40; x < box.width - 40; x += 46) {
      await tap(box.x + x, box.y + box.height * 0.36);
      if ((await button.getAttribute("data-state")) !== "ready") return;
    }
    throw new Error("No packet was hit yet.");
  }).toPass({ timeout: 20_000 });
}

/** What the newest packet held, as the viewer sees it. */
export async function readWon(page: Page): Promise<number> {
  const card = page.getByTestId("rain-won");
  await expect(card).toBeVisible();
  return Number(await card.getAttribute("data-coins"));
}

export async function readBalance(page: Page): Promise<number> {
  return (await query<{ balanceCoins: number }>(page.request, "wallet.balance")).balanceCoins;
}
