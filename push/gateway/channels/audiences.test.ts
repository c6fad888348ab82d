import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Audiences } from "./audiences";

const LINGER_MS = 1_000;
const gone: string[] = [];
const changed: string[] = [];
let audiences: Audiences;

beforeEach(() => {
  vi.useFakeTimers();
  gone.length = 0;
  changed.length = 0;
  audiences = new Audiences(LINGER_MS, {
    changed: (channel, viewer) => changed.push(`${audiences.has(channel, viewer) ? "+" : "-"}${viewer}`),
    gone: (channel) => gone.push(channel),
  });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the audience of a channel", () => {
  it("counts everybody once, from the first socket to the last", () => {
    audiences.enter("a", "ada");
    audiences.enter("a", "ada");
    audiences.enter("a", "bob");
    audiences.enter("b", "ada");
    expect([audiences.count("a"), audiences.count("b"), audiences.count("c")]).toEqual([2, 1, 0]);
    audiences.leave("a", "ada", false);
    expect(audiences.count("a")).toBe(2);
    audiences.leave("a", "ada", false);
    expect([...audiences.viewersOf("a")]).toEqual(["bob"]);
    audiences.leave("a", "bob", false);
    expect(audiences.channels()).toEqual(["b"]);
    expect(changed).toEqual(["+ada", "+bob", "+ada", "-ada", "-bob"]);
  });

  it("keeps whoever lost the last socket for a while, and says when they have not come back", () => {
    audiences.enter("a", "ada");
    audiences.enter("a", "bob");
    audiences.leave("a", "ada", true);
    vi.advanceTimersByTime(LINGER_MS - 1);
    audiences.leave("a", "bob", true);
    expect(audiences.count("a")).toBe(2);
    vi.advanceTimersByTime(1);
    expect(audiences.count("a")).toBe(1);
    expect(gone).toEqual(["a"]);
    vi.advanceTimersByTime(LINGER_MS);
    expect(audiences.count("a")).toBe(0);
    expect(gone).toEqual(["a", "a"]);
  });

  it("gives whoever came back the whole while again", () => {
    audiences.enter("a", "ada");
    audiences.leave("a", "ada", true);
    vi.advanceTimersByTime(LINGER_MS / 2);
    audiences.enter("a", "ada");
    vi.advanceTimersByTime(LINGER_MS * 3);
    expect(audiences.count("a")).toBe(1);
    audiences.leave("a", "ada", true);
    vi.advanceTimersByTime(LINGER_MS - 1);
    expect(audiences.count("a")).toBe(1);
    vi.advanceTimersByTime(1);
    expect(audiences.count("a")).toBe(0);
    expect(changed).toEqual(["+ada", "-ada"]);
  });

  it("lets nobody go any more once the node is going away, but for those who leave on purpose", () => {
    for (const viewer of ["ada", "bob", "cy"]) audiences.enter("a", viewer);
    audiences.leave("a", "ada", true);
    audiences.keepAll();
    audiences.leave("a", "bob", true);
    audiences.leave("a", "cy", false);
    vi.advanceTimersByTime(LINGER_MS * 10);
    expect([...audiences.viewersOf("a")]).toEqual(["ada", "bob"]);
    expect(gone).toEqual([]);
  });
});
