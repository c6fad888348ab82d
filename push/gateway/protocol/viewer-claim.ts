import { z } from "zod";

/**
 * Whom a subscription counts as, under `push_viewer` in the signed `channel_data`: a name without a meaning that is the
 * same for all sockets of one person, or null for somebody who looks on and is not counted. An extension of ours: the
 * official libraries pass it through, and channels where nobody names any are served as ever.
 */
const Claiming = z.object({ push_viewer: z.string().min(1).max(64).nullish() });

/** Undefined where nothing is said of it. `"malformed"` for what is not understood, which must not be let in by that. */
export function readViewerClaim(signedJson: string): { viewer: string | null } | undefined | "malformed" {
  if (!signedJson.includes("push_viewer")) return undefined;
  try {
    const { push_viewer: viewer } = Claiming.parse(JSON.parse(signedJson));
    return viewer === undefined ? undefined : { viewer };
  } catch {
    return "malformed";
  }
}
