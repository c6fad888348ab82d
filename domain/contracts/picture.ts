import { z } from "zod";

export const PICTURE_KINDS = ["avatar", "cover"] as const;
export const PictureKind = z.enum(PICTURE_KINDS);
export type PictureKind = z.infer<typeof PictureKind>;
export const RemovePictureInput = z.object({ kind: PictureKind });

/** What an upload may have at most. */
export const PICTURE_BYTES_MAX = 2 * 1024 * 1024;
export const PICTURE_PIXELS_MAX = 25_000_000;

/** Why a picture is not taken. Texts under `picture.refusals`. */
export const PICTURE_REFUSALS = [
  /** Neither JPEG nor PNG nor WebP. */
  "wrongType",
  /** It says that it is one, and cannot be read to its end. */
  "corrupt",
  "tooManyPixels",
  "tooSmall",
] as const;
export type PictureRefusal = (typeof PICTURE_REFUSALS)[number];

export interface SetPicture {
  /** Where it is to be had from now on; another one for another picture. */
  url: string;
}
