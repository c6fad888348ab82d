import { describe, expect, it } from "vitest";
import {
  ALL_PARTITIONS,
  channelPlace,
  leasesKey,
  membersKey,
  parsePlace,
  placeKey,
  StreamNames,
  totalsKey,
  userPlace,
} from "./cluster-keys";

const hashTag = (key: string) => /\{([^}]*)\}/.exec(key)?.[1];

describe("places", () => {
  it.each([
    channelPlace("7", "presence-room"),
    channelPlace("7", "a@b=c,d.e;f"),
    channelPlace("7", "#server-to-user-a/b@c"),
    userPlace("7", "a/b@c\nd"),
  ])("are found again by their id: $id", (place) => {
    expect(parsePlace(place.id)).toEqual(place);
  });

  it("are told apart by app and kind", () => {
    const ids = [channelPlace("7", "a"), channelPlace("77", "a"), userPlace("7", "a")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });

  it.each(["", "7", "room", "7/", "x/room"])("are not made of %j", (id) => {
    expect(parsePlace(id)).toBeUndefined();
  });

  it("are spread over all partitions", () => {
    const used = new Set(Array.from({ length: 500 }, (_, n) => channelPlace("7", `room-${n}`).partition));
    expect(used.size).toBe(ALL_PARTITIONS.length);
  });
});

describe("keys", () => {
  it("of one place share a slot, whatever its name holds", () => {
    const streams = new StreamNames(3);
    for (const place of [channelPlace("7", "room"), userPlace("7", "{other}")]) {
      const keys = [
        placeKey(place),
        membersKey(place),
        streams.of(place),
        leasesKey(place.partition),
        totalsKey(place.partition, place.appId),
      ];
      expect(new Set(keys.map(hashTag))).toEqual(new Set([String(place.partition)]));
    }
  });

  it("of streams differ by database, which pub/sub does not", () => {
    const place = channelPlace("7", "room");
    expect(new StreamNames(1).of(place)).not.toBe(new StreamNames(2).of(place));
  });
});
