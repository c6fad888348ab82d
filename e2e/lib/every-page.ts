import type { HostileFacts } from "./hostile-room";
import { cut } from "./hostile-texts";

const [word, turning] = [cut("word", 20), cut("rightToLeft", 40)].map(encodeURIComponent);

/** Those who look at every page; nobody is signed in as "nobody". */
export const PHONE_NUMBERS = {
  nobody: null,
  viewer: "+8613800000016",
  anchor: "+8613900000005",
  operator: "+8613700000001",
} as const;
export type Role = keyof typeof PHONE_NUMBERS;

/** Every page that people see, by who sees it, with what only a page has that shows what was written for it. */
export function listPages({ roomId, viewerId, rainId, categoryId }: HostileFacts): Record<Role, string[]> {
  return {
    nobody: [
      "/",
      `/?tag=${word}&q=${turning}`,
      `/?category=${categoryId}`,
      `/room/${roomId}`,
      `/rain/${rainId}/verify`,
      "/login",
      "/wallet",
      "/account",
      "/studio",
      "/admin",
      `/${word}`,
    ],
    viewer: ["/", `/room/${roomId}`, "/account", "/wallet"],
    anchor: ["/studio", "/studio/audience", "/studio/audience?side=watchers", "/studio/earnings"],
    operator: [
      "/admin",
      "/admin/alarms",
      "/admin/analytics",
      "/admin/approvals",
      "/admin/categories",
      "/admin/dead-letters?status=all",
      "/admin/finance?tab=reconciliation",
      "/admin/finance?tab=withdrawals",
      "/admin/finance?tab=settlement",
      "/admin/finance?tab=shares",
      "/admin/gifts",
      "/admin/jobs?job=reconciliation",
      "/admin/orders",
      "/admin/products",
      "/admin/rains",
      "/admin/recharges",
      "/admin/reports",
      "/admin/words",
      "/admin/removed-words",
      "/admin/rooms",
      `/admin/rooms?q=${roomId}`,
      "/admin/doctor",
      "/admin/security",
      "/admin/settings",
      "/admin/services",
      "/admin/traces?q=0af7651916cd43dd8448eb211c80319c",
      "/admin/tags",
      `/admin/tags?q=${word}`,
      "/admin/users",
      `/admin/users?q=${word}&userId=${viewerId}`,
      "/admin/wallets",
      `/admin/wallets?q=${turning}&userId=${viewerId}`,
    ],
  };
}
