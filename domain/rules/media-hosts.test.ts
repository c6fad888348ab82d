import { describe, expect, it } from "vitest";
import { isMediaUrlAllowed, MEDIA_HOST, mediaSources } from "./media-hosts";

const HOSTS = ["cdn.example.com", "*.stream.example.org", "edge.example.net:8443"];

describe("an address", () => {
  it.each([
    "https://cdn.example.com/a.m3u8",
    "https://CDN.example.com:443/a",
    "https://a.stream.example.org/x?y#z",
    "https://a.b.stream.example.org/",
    "https://edge.example.net:8443/live",
  ])("of a named host is taken: %s", (url) => expect(isMediaUrlAllowed(url, HOSTS)).toBe(true));

  it.each([
    "https://evil.example.com/a.m3u8",
    "https://cdn.example.com.evil.com/",
    "https://evilcdn.example.com/",
    "https://stream.example.org/",
    "https://evilstream.example.org/",
    "https://edge.example.net/",
    "https://cdn.example.com:8443/",
    "https://cdn.example.com@evil.com/",
    "https://user:pw@cdn.example.com/",
    "http://cdn.example.com/",
    "javascript:alert(1)",
    "//cdn.example.com/",
    "",
  ])("of another is not: %s", (url) => expect(isMediaUrlAllowed(url, HOSTS)).toBe(false));

  it("of any https host is taken where none is named, and of none where the list is empty", () => {
    expect(isMediaUrlAllowed("https://anywhere.example/", null)).toBe(true);
    expect(isMediaUrlAllowed("http://anywhere.example/", null)).toBe(false);
    expect(isMediaUrlAllowed("https://anywhere.example/", [])).toBe(false);
  });
});

it("stands in a policy as the browser reads it", () => {
  expect(mediaSources(HOSTS)).toEqual([
    "https://cdn.example.com",
    "https://*.stream.example.org",
    "https://edge.example.net:8443",
  ]);
  expect(mediaSources(null)).toEqual(["https:"]);
  expect(mediaSources([])).toEqual([]);
});

it("names hosts and nothing that means something else in a policy", () => {
  for (const host of HOSTS) expect(host).toMatch(MEDIA_HOST);
  for (const wrong of [
    "*",
    "*.com:",
    "https:",
    "a b.com",
    "a.com;script-src *",
    "'self'",
    "A.com",
    "com",
    "a..b",
    "a.com/x",
  ]) {
    expect(wrong).not.toMatch(MEDIA_HOST);
  }
});
