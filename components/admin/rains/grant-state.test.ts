import { expect, it } from "vitest";
import { grantStateOf } from "./grant-state";

const NOW_MS = Date.parse("2026-05-01T12:00:00.000Z");
const grant = { coins: 100, usedCoins: 40, expiresAt: null, revokedAt: null };

it("a grant is in force until it is used up, expired or revoked", () => {
  expect(grantStateOf(grant, NOW_MS)).toBe("open");
  expect(grantStateOf({ ...grant, expiresAt: "2026-05-01T12:00:00.001Z" }, NOW_MS)).toBe("open");
  expect(grantStateOf({ ...grant, usedCoins: 100 }, NOW_MS)).toBe("used");
  expect(grantStateOf({ ...grant, expiresAt: "2026-05-01T12:00:00.000Z" }, NOW_MS)).toBe("expired");
  const revoked = { ...grant, usedCoins: 100, expiresAt: "2026-01-01T00:00:00.000Z" };
  expect(grantStateOf({ ...revoked, revokedAt: "2026-02-01T00:00:00.000Z" }, NOW_MS)).toBe("revoked");
});
