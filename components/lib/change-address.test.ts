import { describe, expect, it } from "vitest";
import { changedQuery } from "./change-address";

describe("a view in the address", () => {
  const drawn = { split: "", days: "7", anchor: "" };

  it("changes what was chosen, and leaves the rest of the address", () => {
    expect(changedQuery("?tier=high&days=7&tag=song", drawn, { ...drawn, days: "30" })).toBe(
      "tier=high&days=30&tag=song",
    );
  });

  it("keeps what was chosen a moment ago, which the page was not drawn with yet", () => {
    const first = changedQuery("", drawn, { ...drawn, split: "hour" });
    expect(changedQuery(`?${first}`, drawn, { ...drawn, anchor: "anna" })).toBe("split=hour&anchor=anna");
  });

  it("is not in it where it is empty", () => {
    expect(changedQuery("?days=7&tier=low", drawn, { ...drawn, days: "" })).toBe("tier=low");
    expect(changedQuery("?days=7", drawn, { ...drawn, days: "" })).toBe("");
  });

  it("may hold any sign", () => {
    const query = changedQuery("", drawn, { ...drawn, anchor: "a&b=歌 #1" });
    expect(new URLSearchParams(query).get("anchor")).toBe("a&b=歌 #1");
  });
});
