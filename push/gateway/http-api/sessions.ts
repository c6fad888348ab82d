import { z } from "zod";
import type { AppHub } from "../channels/app-hub";
import { ENDED_AT_ONCE_MAX } from "../limits/limits";
import { parseBody } from "../protocol/http-body";

const Ids = z.array(z.string().min(1).max(128)).max(ENDED_AT_ONCE_MAX).default([]);
const EndedBody = z.object({ session_ids: Ids, user_ids: Ids });

/** `POST /apps/{id}/sessions/terminate_connections`, an extension: closes the sockets of sessions that ended. */
export async function endSessions(hub: AppHub, body: Buffer): Promise<object> {
  const { session_ids: sessionIds, user_ids: userIds } = parseBody(EndedBody, body);
  await hub.endSessions({ sessionIds, userIds });
  return {};
}
