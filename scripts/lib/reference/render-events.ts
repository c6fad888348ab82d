import type { z } from "zod";
import { USER_EVENTS, type UserEventName } from "@/domain/contracts/events";
import { ROOM_EVENT_BODIES } from "@/domain/contracts/room-event-bodies";
import { ROOM_EVENTS, type RoomEventName } from "@/domain/contracts/room-events";
import { layOutSchema, toJsonSchema } from "./describe-schema";
import { readRowText } from "./read-sources";

const HEAD = `# Events

Written by \`node scripts/run.mjs write-reference\` from \`domain/contracts/room-events.ts\` and \`domain/contracts/events.ts\`; do not edit. A test fails when it is not current.

Events come over the Pusher Channels protocol ([push](../push.md)). Where to connect is what \`GET /api/push/config\` answers; a channel is authorised by
\`POST /api/push/auth\`.

## On the channel of a room

Channel \`private-room-<roomId>\`. Every event carries \`seq\` (grows by one an event in each room), \`at\` (time) and \`traceId\` beside its body. Several at once come
as \`{ events: [...] }\` under the name \`room.batch\`. Who sees a gap in \`seq\` asks \`room.eventsAfter\`; what has been seen is known by its \`seq\`, a gift also by
its \`giftOrderId\` and a message by sender and \`messageId\`. Ignore events whose name you do not know.

Priorities say what goes first when a room is busier than its connection. Of *chat* some is left out: a room shows only so many messages a second live, and when too much
waits to be sent, chat goes without. A reader who lags also goes without the events that the gateway is told may be missed (\`PUSH_LOW_PRIORITY_EVENTS\`): chat and *board*, of which
the newest counts.
`;

const MIDDLE = `## On a user's own channel

Channel \`private-user-<userId>\`, for that user alone. These have no number and are not replayed: after a gap ask \`wallet.balance\` and \`gift.status\`.
`;

function renderEvent(name: string, text: string, facts: string, body: z.ZodType): string {
  const table = layOutSchema(toJsonSchema(body, "output"), "body") || "No body.\n";
  return [`### ${name}\n`, `${text}${facts}\n`, table].join("\n");
}

/** docs/reference/events.md as the contracts are now. */
export function renderEvents(): string {
  const rooms = (Object.keys(ROOM_EVENTS) as RoomEventName[]).map((name) => {
    const { body, priority, code } = ROOM_EVENTS[name];
    const facts = ` Priority: *${priority}*.${code === undefined ? "" : ` Event code: ${code}.`}`;
    return renderEvent(
      name,
      readRowText("domain/contracts/room-events.ts", "ROOM_EVENTS", name),
      facts,
      ROOM_EVENT_BODIES[body],
    );
  });
  const users = (Object.keys(USER_EVENTS) as UserEventName[]).map((name) =>
    renderEvent(
      `${name} (own)`,
      readRowText("domain/contracts/events.ts", "USER_EVENTS", name),
      "",
      USER_EVENTS[name],
    ),
  );
  return [HEAD, ...rooms, MIDDLE, ...users].join("\n");
}
