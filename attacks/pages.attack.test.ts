import { describe, expect, it } from "vitest";
import { newVisitor } from "./lib/attacker";

const nonceOf = (response: Response) =>
  /script-src [^;]*'nonce-([^']+)'/.exec(response.headers.get("content-security-policy") ?? "")?.[1];

describe("a page", () => {
  it("runs no inline script but those that its answer's own nonce marks", async () => {
    const visitor = newVisitor();
    const nonces = new Set<string>();
    for (const path of ["/", "/login", "/wallet", "/studio", "/admin", "/no-such-page", "/"]) {
      const response = await visitor.fetch(path, {
        headers: { "content-security-policy": "script-src 'nonce-evil'", "x-nonce": "evil" },
      });
      const policy = response.headers.get("content-security-policy") ?? "";
      expect(policy.split(";").find((part) => part.includes("script-src"))).not.toContain("unsafe-inline");
      const nonce = nonceOf(response) ?? "";
      expect(nonce.length).toBeGreaterThanOrEqual(22);
      nonces.add(nonce);
      const html = await response.text();
      const scripts = [...html.matchAll(/<script\b([^>]*)>/g)].map((match) => match[1] ?? "");
      expect(scripts.length).toBeGreaterThan(1);
      for (const attributes of scripts) expect(attributes, path).toContain(`nonce="${nonce}"`);
      expect(html).not.toContain("evil");
    }
    expect(nonces.size).toBe(7);
  });
});
