"use client";

import { useEffect, useState } from "react";
import { v7 as uuidv7 } from "uuid";
import type { ChatMessage } from "@/domain/contracts/room";
import { afterPaint } from "../../../lib/after-paint";
import { type ApiError, readApiError } from "../../../lib/api-error";
import { useTRPCClient } from "../../../lib/trpc";
import { useHandler } from "../../../lib/use-handler";
import type { ValueStore } from "../../../lib/value-store";
import {
  addOwnChat,
  type ChatLine,
  chatKey,
  dropOwnChat,
  markChat,
  markHeld,
  type Timeline,
} from "../../session/timeline";
import { ChatOutbox, type OutboxState } from "./chat-outbox";

/** An answer that takes longer is taken for a lost one. */
const SEND_MS_MAX = 10_000;

interface ChatSenderOptions {
  roomId: string;
  me: ChatMessage["sender"] | null;
  timeline: ValueStore<Timeline>;
  /** Whether the room's events arrive: then messages do as well. */
  isConnected: boolean;
  getClockAheadMs: () => number;
  /** An own line is shown. */
  onSaid: (key: string, text: string) => void;
  /** It is not said after all. */
  onTakenBack: (key: string) => void;
  onRefused: (problem: ApiError) => void;
}

/** Says something in a room: shown at once, kept until the server has it, given back with the reason when it is refused. */
export function useChatSender({ roomId, me, timeline, isConnected, ...options }: ChatSenderOptions) {
  const client = useTRPCClient();
  const onState = useHandler((message: ChatMessage, state: OutboxState, problem: ApiError | null) => {
    const key = chatKey(message.sender.userId, message.messageId);
    timeline.update((shown) => markChat(shown, key, state, problem));
    if (state !== "refused" || !problem) return;
    options.onTakenBack(key);
    options.onRefused(problem);
  });
  const [outbox] = useState(
    () =>
      new ChatOutbox({
        send: async ({ messageId, sender, text }) => {
          const signal = AbortSignal.timeout(SEND_MS_MAX);
          const sent = await client.chat.send.mutate({ roomId, messageId, text }, { signal });
          if (sent.isHeld) timeline.update((shown) => markHeld(shown, chatKey(sender.userId, messageId)));
        },
        readError: readApiError,
        onState,
        later: (task, ms) => {
          const timer = setTimeout(task, ms);
          return () => clearTimeout(timer);
        },
        random: Math.random,
      }),
  );
  useEffect(() => {
    const wake = () => outbox.wake();
    window.addEventListener("online", wake);
    return () => {
      window.removeEventListener("online", wake);
    };
  }, [outbox]);
  useEffect(() => {
    if (isConnected) outbox.wake();
  }, [isConnected, outbox]);

  const post = (message: ChatMessage) => {
    timeline.update((shown) => addOwnChat(shown, message));
    // What flies is measured first, which would lay the page out twice before the tap shows.
    void afterPaint().then(() => {
      options.onSaid(chatKey(message.sender.userId, message.messageId), message.text);
      outbox.add(message);
    });
  };

  const say = useHandler((text: string): void => {
    if (!me) return;
    const { userId, nickname, role } = me;
    const at = new Date(Date.now() + options.getClockAheadMs()).toISOString();
    post({ messageId: uuidv7(), sender: { userId, nickname, role }, text, at });
  });

  /** The same message under the same id: had it arrived after all, it is not said twice. */
  const resend = useHandler(({ messageId, sender, text, at }: ChatLine): void => {
    post({ messageId, sender, text, at });
  });

  const discard = useHandler(({ messageId, sender, state }: ChatLine): void => {
    if (state === "waiting" && !outbox.discard(messageId)) return;
    const key = chatKey(sender.userId, messageId);
    options.onTakenBack(key);
    timeline.update((shown) => dropOwnChat(shown, key));
  });

  return { say, resend, discard };
}
