import sharp from "sharp";
import { BizError } from "@/domain/contracts/errors";
import { PICTURE_PIXELS_MAX, type PictureKind, type PictureRefusal } from "@/domain/contracts/picture";
import { type Caches, defineHeld } from "@/platform/runtime/caches";
import { FairQueue } from "@/platform/runtime/fair-queue";

/** What is kept of each kind; pictures of other proportions are cut at their sides. */
const SIZES: Readonly<Record<PictureKind, { width: number; height: number }>> = {
  avatar: { width: 256, height: 256 },
  cover: { width: 960, height: 540 },
};
const SIDE_MIN = 16;
const QUALITY = 82;
/** A picture that takes longer to read is made to. */
const SECONDS_MAX = 10;
/** Each may hold a hundred megabytes while it is unpacked. */
const AT_ONCE_MAX = 2;
const WAITING_MAX = 20;
const WAITING_PER_PERSON_MAX = 4;

// One picture, one core; nothing of anybody's picture stays behind.
sharp.concurrency(1);
sharp.cache(false);

type Format = "jpeg" | "png" | "webp";

const TURNS = defineHeld(
  () =>
    new FairQueue({
      atOnceMax: AT_ONCE_MAX,
      atOncePerKeyMax: AT_ONCE_MAX,
      waitingMax: WAITING_MAX,
      waitingPerKeyMax: WAITING_PER_PERSON_MAX,
    }),
);

/**
 * Reads what somebody uploaded and draws it anew as WebP, in our size: of the upload only colours are left, no metadata and
 * nothing that was hidden in or behind it. Its head is read first, so that a bomb is refused before it is unpacked.
 * People take turns, so that nobody's many uploads keep others waiting. Throws PICTURE_REFUSED with one of `PICTURE_REFUSALS`
 * as `reason`; UNAVAILABLE when too many wait, of one person or of all.
 */
export async function redrawPicture(
  caches: Caches,
  ownerId: string,
  upload: Buffer,
  kind: PictureKind,
): Promise<Buffer> {
  const format = sniffFormat(upload);
  if (!format) throw refuse("wrongType");
  const turns = caches.of(TURNS);
  if (turns.findObstacle(ownerId)) throw new BizError("UNAVAILABLE", { retryAfterMs: 2_000 });
  const drawn = await turns.run(
    ownerId,
    () => false,
    () => redraw(upload, format, SIZES[kind]),
  );
  if (!drawn) throw new Error("A picture lost its turn.");
  return drawn;
}

async function redraw(
  upload: Buffer,
  format: Format,
  size: { width: number; height: number },
): Promise<Buffer> {
  const options = { failOn: "error", limitInputPixels: PICTURE_PIXELS_MAX, pages: 1 } as const;
  const head = await sharp(upload, options).metadata().catch(readRefusal);
  // The decoder goes by what it finds, not by what we took it for.
  if (head.format !== format) throw refuse("wrongType");
  if (head.width * head.height > PICTURE_PIXELS_MAX) throw refuse("tooManyPixels");
  if (Math.min(head.width, head.height) < SIDE_MIN) throw refuse("tooSmall");
  return await sharp(upload, options)
    .timeout({ seconds: SECONDS_MAX })
    .rotate()
    .resize({ ...size, fit: "cover" })
    .toColourspace("srgb")
    .webp({ quality: QUALITY })
    .toBuffer()
    .catch(readRefusal);
}

/** By how it begins. SVG and whatever else is no picture to us never reaches a decoder. */
function sniffFormat(bytes: Buffer): Format | undefined {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return "jpeg";
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])))
    return "png";
  if (bytes.toString("latin1", 0, 4) === "RIFF" && bytes.toString("latin1", 8, 12) === "WEBP") return "webp";
  return undefined;
}

const refuse = (reason: PictureRefusal) => new BizError("PICTURE_REFUSED", { reason });

function readRefusal(error: unknown): never {
  throw /pixel limit/i.test(String(error)) ? refuse("tooManyPixels") : refuse("corrupt");
}
