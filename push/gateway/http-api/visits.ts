import { z } from "zod";
import { PARTITION_COUNT } from "../backplane/backplane";
import type { AppHub } from "../channels/app-hub";
import { parseBody } from "../protocol/http-body";
import { HttpError } from "../protocol/http-error";

const PAGE_MAX = 500;
const VisitsBody = z.object({
  partition: z
    .number()
    .int()
    .min(0)
    .max(PARTITION_COUNT - 1),
  /** The last visit that the caller is done with. */
  after: z.string().regex(/^\d{1,16}(-\d{1,16})?$/),
});

/**
 * `POST /apps/{id}/visits`, an extension: who came to and left the channels of one partition since a visit; that one and all
 * before it are forgotten. Refused with 503 where visits are not kept: without Redis, or while it is away.
 */
export async function takeVisits(hub: AppHub, body: Buffer): Promise<object> {
  const { partition, after } = parseBody(VisitsBody, body);
  const page = await hub.takeVisits(partition, { after, max: PAGE_MAX });
  if (!page) throw new HttpError(503, "Visits are not kept now: there is no Redis");
  const { visits, viewers, isWhole } = page;
  return {
    partitions: PARTITION_COUNT,
    visits,
    is_whole: isWhole,
    viewers: viewers ? Object.fromEntries(viewers) : null,
  };
}

/** `GET /apps/{id}/channels/{name}/viewers`, an extension: the names that the app gave those who watch the channel. */
export async function listViewerNames(hub: AppHub, channel: string): Promise<object> {
  return { viewers: await hub.listViewerNames(channel) };
}
