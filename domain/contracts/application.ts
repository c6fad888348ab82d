import { z } from "zod";
import { OperatorReason, Uuid } from "./ids";
import { PageCursor, readableLines } from "./texts";

export const APPLICATION_LENGTH_MAX = 500;

export const ApplyAnchorInput = z.object({
  /** Made by the client, once per intent: repeating it applies once. */
  applicationId: Uuid,
  about: readableLines(APPLICATION_LENGTH_MAX),
});
export type ApplyAnchorInput = z.infer<typeof ApplyAnchorInput>;

export const ApplicationStatus = z.enum(["open", "approved", "rejected"]);
export type ApplicationStatus = z.infer<typeof ApplicationStatus>;

export const ApplicationsInput = z.object({
  /** Left out are all of them. */
  status: ApplicationStatus.optional(),
  cursor: PageCursor.optional(),
  limit: z.number().int().min(1).max(100).default(20),
});
export type ApplicationsInput = z.infer<typeof ApplicationsInput>;

export const DecideApplicationInput = z.object({
  applicationId: Uuid,
  approve: z.boolean(),
  reason: OperatorReason,
});
export type DecideApplicationInput = z.infer<typeof DecideApplicationInput>;

/** An application as whoever made it sees it. */
export interface OwnApplication {
  applicationId: string;
  about: string;
  status: ApplicationStatus;
  createdAt: string;
  decidedAt: string | null;
  /** Why it was decided so. */
  reason: string | null;
}

export interface ApplicationItem extends OwnApplication {
  person: { userId: string; nickname: string; avatarUrl: string | null };
  decidedBy: { userId: string; nickname: string | null } | null;
}
