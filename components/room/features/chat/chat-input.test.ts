import { expect, it } from "vitest";
import { CHAT_TEXT_LENGTH_MAX } from "@/domain/contracts/room";
import { CHAT_LENGTH_MAX } from "./chat-input";

it("bounds a message as the server does", () => {
  expect(CHAT_LENGTH_MAX).toBe(CHAT_TEXT_LENGTH_MAX);
});
