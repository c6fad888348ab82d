import { z } from "zod";
import { WebAddress } from "./texts";

export const GIFT_FILE_URL_LENGTH_MAX = 500;
export const GiftFileInput = z.object({ svgaUrl: WebAddress.max(GIFT_FILE_URL_LENGTH_MAX) });
export type GiftFileInput = z.infer<typeof GiftFileInput>;

/** Why a gift's effect file cannot be played. Texts under `adminGifts.refusals`. */
export const GIFT_FILE_REFUSALS = [
  /** The address leads to a machine that is not on the public internet, itself or after a redirect. */
  "privateAddress",
  /** No such host, nothing answers, or it answers with an error (`detail`: the status). */
  "unreachable",
  "tooSlow",
  "tooManyRedirects",
  /** A redirect leads to a host, or a protocol, that pages may not load from. */
  "redirectRefused",
  /** The host does not let pages of other sites read the file. */
  "notShared",
  "tooLarge",
  /** Not an SVGA file at all (`detail`: what it looks like). */
  "wrongType",
  /** SVGA 1.x: a zip archive. */
  "oldFormat",
  "corrupt",
  /** It unpacks to more than any player should hold, or its pictures do. */
  "tooMuchUnpacked",
  "tooLong",
  /** Nothing in it can be seen. */
  "empty",
] as const;
export type GiftFileRefusalReason = (typeof GIFT_FILE_REFUSALS)[number];

export interface GiftFileRefusal {
  reason: GiftFileRefusalReason;
  detail?: string;
}

/** What an effect file holds. */
export interface GiftFileFacts {
  sizeBytes: number;
  unpackedBytes: number;
  /** As the file says it. */
  version: string;
  widthPx: number;
  heightPx: number;
  framesPerSecond: number;
  frames: number;
  durationMs: number;
  pictures: number;
  layers: number;
  /** Sound tracks; effects are played without sound. */
  sounds: number;
  /** It is longer than the room plays: the rest is cut off. */
  isCut: boolean;
}

export type GiftFileCheck =
  /** `sha256`: of the file as it was read, in hex. */
  | { isPlayable: true; facts: GiftFileFacts; sha256: string }
  /** `isRefused`: a gift with this file is not saved. False where no host answered a machine in demo or development. */
  | { isPlayable: false; refusal: GiftFileRefusal; isRefused: boolean };
