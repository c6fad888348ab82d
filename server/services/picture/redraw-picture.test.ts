import sharp from "sharp";
import { expect, it } from "vitest";
import { BizError } from "@/domain/contracts/errors";
import { Caches } from "@/platform/runtime/caches";
import { redrawPicture } from "./redraw-picture";

it("two pictures are drawn at once, twenty wait, and those beyond are sent away", async () => {
  const caches = new Caches();
  const upload = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#c33" } })
    .png()
    .toBuffer();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 25 }, (_, n) => redrawPicture(caches, `owner-${n}`, upload, "avatar")),
  );
  const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  expect(refused.map((error: unknown) => error instanceof BizError && error.bizName)).toEqual(
    Array.from({ length: 3 }, () => "UNAVAILABLE"),
  );
  // Their turns came back.
  expect((await redrawPicture(caches, "owner-0", upload, "avatar")).length).toBeGreaterThan(0);
});

it("one person's uploads leave places for others", async () => {
  const caches = new Caches();
  const upload = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#3c3" } })
    .png()
    .toBuffer();
  const many = Promise.allSettled(
    Array.from({ length: 25 }, () => redrawPicture(caches, "greedy", upload, "cover")),
  );
  expect((await redrawPicture(caches, "other", upload, "avatar")).length).toBeGreaterThan(0);
  expect((await many).filter(({ status }) => status === "fulfilled")).toHaveLength(6);
});

it("a picture that cannot be read gives its turn back", async () => {
  const caches = new Caches();
  const broken = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0]);
  for (let n = 0; n < 25; n += 1) {
    await expect(redrawPicture(caches, "owner", broken, "avatar")).rejects.toMatchObject({
      bizName: "PICTURE_REFUSED",
    });
  }
});
