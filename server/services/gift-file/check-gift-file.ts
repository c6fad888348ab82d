import { lookup } from "node:dns/promises";
import type { GiftFileCheck, GiftFileInput } from "@/server/contracts/gift-file";
import { isMediaUrlAllowed } from "@/server/rules/media-hosts";
import { isPublicAddress } from "@/server/security/public-address";
import type { Resources } from "../context";
import { getMediaHosts, requireMediaUrl } from "../media/media-hosts";
import { fetchGiftFile, type Outside } from "./fetch-gift-file";
import { readSvga } from "./read-svga";
import { GiftFileRefused } from "./refuse-gift-file";

/** The internet as it is. */
const INTERNET: Omit<Outside, "isAllowed"> = {
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
  internet: Omit<Outside, "isAllowed"> = INTERNET,
): Promise<GiftFileCheck> {
  await requireMediaUrl(resources, "svgaUrl", svgaUrl);
  const hosts = await getMediaHosts(resources);
  const outside = { ...internet, isAllowed: (url: string) => isMediaUrlAllowed(url, hosts) };
  try {
    const file = await fetchGiftFile(svgaUrl, new URL(resources.env.PUBLIC_URL).origin, outside);
    return { isPlayable: true, facts: await readSvga(file) };
  } catch (error) {
    if (!(error instanceof GiftFileRefused)) throw error;
    const { reason, detail } = error;
    return { isPlayable: false, refusal: { reason, detail } };
  }
}
