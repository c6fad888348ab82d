import { describe, expect, it } from "vitest";
import { RoomListInput } from "@/domain/contracts/room";
import { type LobbyFilter, lobbyAddress, lobbyInput, readLobbyFilter } from "./lobby-filter";

const read = (query: string) => readLobbyFilter(new URLSearchParams(query));

describe("the address of the lobby", () => {
  it.each<[string, LobbyFilter]>([
    ["/", { search: "", tag: null, category: null, sort: "forYou" }],
    ["/?sort=viewers", { search: "", tag: null, category: null, sort: "viewers" }],
    ["/?q=tea&tag=music", { search: "tea", tag: "music", category: null, sort: "forYou" }],
    ["/?tag=%E7%8C%AB%E5%92%AA&sort=newest", { search: "", tag: "猫咪", category: null, sort: "newest" }],
    ["/?q=a%26b%3Dc%23", { search: "a&b=c#", tag: null, category: null, sort: "forYou" }],
    ["/?category=games", { search: "", tag: null, category: "games", sort: "forYou" }],
  ])("%s says what is shown", (address, filter) => {
    expect(lobbyAddress(filter)).toBe(address);
    expect(read(address.slice(2))).toEqual(filter);
  });

  it("names a tag alike in whichever language it was typed", () => {
    expect(read("tag=音乐")).toEqual(read("tag=Music"));
  });

  it.each([
    `q=${"a".repeat(61)}`,
    "q=%E2%80%8B",
    "tag=%00",
    "sort=price",
    "sort=forYou&sort=x",
    "q=",
    "tag=",
    "category=Games",
    "category=a%20b",
  ])("takes nothing from %s", (query) => {
    expect(read(query)).toEqual({ search: "", tag: null, category: null, sort: "forYou" });
  });

  it.each([
    "q=%20tea%20%20time%20",
    `tag=${"a".repeat(30)}`,
    "q=👨‍👩‍👧",
    "q=a%E2%80%AEb",
    `q=${"e%CC%81".repeat(60)}`,
    "tag=%FF",
  ])("asks for what the contract takes to the letter: %s", (query) => {
    const input = lobbyInput(read(query));
    expect(RoomListInput.parse(input)).toEqual(input);
  });
});
