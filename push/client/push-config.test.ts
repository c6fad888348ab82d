import { expect, it } from "vitest";
import { userChannel } from "@/domain/contracts/events";
import { userChannelName } from "./push-config";

it("names the user's channel as the contract does", () => {
  expect(userChannelName("a-b")).toBe(userChannel("a-b"));
});
