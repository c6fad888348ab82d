import { useTRPCClient } from "../../lib/trpc";
import { useHandler } from "../../lib/use-handler";
import type { ValueStore } from "../../lib/value-store";
import { addOlderChat, findOldest, forgetOlderChat, type Timeline } from "./timeline";

const PAGE = 50;

/** What was said before what a room shows, page by page, for as long as somebody reads it. */
export function useOlderChat(roomId: string, timeline: ValueStore<Timeline>) {
  const client = useTRPCClient();
  /** True where there is more. Throws what the call threw. */
  const loadOlder = useHandler(async (): Promise<boolean> => {
    const oldest = findOldest(timeline.get());
    if (!oldest) return false;
    const older = await client.chat.history.query({
      roomId,
      before: oldest.at,
      beforeId: oldest.messageId,
      limit: PAGE,
    });
    timeline.update((shown) => addOlderChat(shown, older));
    return older.length === PAGE && findOldest(timeline.get()) !== null;
  });
  const forgetOlder = useHandler(() => timeline.update(forgetOlderChat));
  return { loadOlder, forgetOlder };
}
