import { z } from "zod";
import { MEDIA_HOST } from "../rules/media-hosts";
import { OperatorReason } from "./ids";

const HOSTS_MAX = 50;

/** Where streams, pictures and effects may come from, besides the platform itself. */
export const MediaHostsPolicy = z.object({
  /** Null: any https host in demo and development, none else. */
  hosts: z.array(z.string().toLowerCase().regex(MEDIA_HOST)).max(HOSTS_MAX).nullable(),
});
export type MediaHostsPolicy = z.infer<typeof MediaHostsPolicy>;

export const SetMediaHostsInput = MediaHostsPolicy.extend({ reason: OperatorReason });
export type SetMediaHostsInput = z.infer<typeof SetMediaHostsInput>;

export interface MediaHostsView extends MediaHostsPolicy {
  /** What null means on this platform. */
  anyByDefault: boolean;
}
