import { createHash } from "node:crypto";
import { lookup } from "node:dns/promises";
import { BizError } from "@/domain/contracts/errors";
import type { GiftFileCheck, GiftFileInput } from "@/domain/contracts/gift-file";
import { isMediaUrlAllowed } from "@/domain/rules/media-hosts";
import { isPublicAddress } from "@/platform/security/public-address";
import { isDemoMode } from "@/platform/settings/env";
import type { Resources } from "../context";
import { getMediaHosts, requireMediaUrl } from "../media/media-hosts";
import { fetchGiftFile, type Internet } from "./fetch-gift-file";
import { readSvga } from "./read-svga";
import { GiftFileRefused, GiftFileUnseen } from "./refuse-gift-file";

/** The internet as it is. */
const INTERNET: Internet = {
  resolve: async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address),
  isPublic: isPublicAddress,
};

/**
 * Fetches a gift's effect file as a page would and reads it: what it holds, or why it cannot be played. Throws
 * MEDIA_HOST_REFUSED when pages may not load from its host.
 */
export async function checkGiftFile(
  resources: Pick<Resources, "env" | "live" | "log">,
  { svgaUrl }: GiftFileInput,
  internet: Internet = INTERNET,
): Promise<GiftFileCheck> {
  await requireMediaUrl(resources, "svgaUrl", svgaUrl);
  const hosts = await getMediaHosts(resources);
  const outside = { ...internet, isAllowed: (url: string) => isMediaUrlAllowed(url, hosts) };
  try {
    const file = await fetchGiftFile(svgaUrl, new URL(resources.env.PUBLIC_URL).origin, outside);
    const facts = await readSvga(file);
    return { isPlayable: true, facts, sha256: createHash("sha256").update(file).digest("hex") };
  } catch (error) {
    if (!(error instanceof GiftFileRefused)) throw error;
    const { reason, detail } = error;
    // A machine that tries the product out may be cut off from the internet that its browsers see.
    const isRefused = !(error instanceof GiftFileUnseen && isDemoMode(resources.env));
    return { isPlayable: false, refusal: { reason, detail }, isRefused };
  }
}

/** What a file was when its gift was saved, for the audit row. */
export type SavedGiftFile = { sha256: string; sizeBytes: number } | { notSeen: string };

/**
 * The rule of every door by which a gift gets its file: it is fetched and read in the call that saves it, so nothing that
 * was answered before counts. Takes up to eight seconds; never call it in a transaction. Throws MEDIA_HOST_REFUSED, and
 * GIFT_FILE_REFUSED with the `reason` (one of `GIFT_FILE_REFUSALS`) and its `detail`.
 */
export async function requireGiftFile(
  resources: Pick<Resources, "env" | "live" | "log">,
  svgaUrl: string,
  internet?: Internet,
): Promise<SavedGiftFile> {
  const check = await checkGiftFile(resources, { svgaUrl }, internet);
  if (check.isPlayable) return { sha256: check.sha256, sizeBytes: check.facts.sizeBytes };
  const { reason, detail } = check.refusal;
  if (check.isRefused) throw new BizError("GIFT_FILE_REFUSED", { field: "svgaUrl", reason, detail });
  return { notSeen: reason };
}
