import { cut } from "./hostile-texts";

const [word, turning, search] = [cut("word", 40), cut("rightToLeft", 40), cut("word", 20)].map(
  encodeURIComponent,
);

/** Those who have seen every page. */
export const PHONE_NUMBERS = {
  viewer: "+8613800000016",
  anchor: "+8613900000005",
  operator: "+8613700000001",
} as const;
export type Role = keyof typeof PHONE_NUMBERS;

/**
 * Every page that people see, by who sees it, with what only its first data has, as the HTML has it; of what stands in one
 * line, one. Rooms and people have addresses of their own.
 */
export function listPages({ roomId, viewerId }: { roomId: string; viewerId: string }) {
  return {
    viewer: {
      "/": [/"room-card"/],
      [`/?tag=${search}&q=${turning}`]: [/"lobby-nothing-found"/],
      [`/room/${roomId}`]: [/"viewer-count"/, /"chat-line"/],
      "/account": [/"phone-card"/, /"session-row"/],
      "/wallet": [/"caps"/, /"product-/, /"statement-row"/],
      "/login": [],
    },
    anchor: {
      "/studio": [/"session-tiles"/, /"earned" data-fen="\d/, /"top-board"/, /"gift-orders(-empty)?"/],
      "/studio/earnings": [
        /"earnings-earned" data-fen="\d/,
        /"withdrawals(-empty)?"/,
        /"earnings-empty"|"settlement-line"/,
      ],
    },
    operator: {
      "/admin": [/"key-figures"/],
      "/admin/alarms": [/"alarms(-empty)?"/],
      "/admin/analytics": [/"tier-tiles"/, /"analytics-every"/],
      "/admin/approvals": [/"proposals"|"approvals-empty"/, /"four-eyes/],
      "/admin/dead-letters": [/"dead-letters(-empty)?"/],
      "/admin/finance?tab=reconciliation": [/"reconciliation-history"/],
      "/admin/finance?tab=withdrawals": [],
      "/admin/finance?tab=settlement": [],
      "/admin/finance?tab=shares": [],
      "/admin/gifts": [/"gift-row"/],
      "/admin/orders": [/"order-row"|"orders-none"/],
      "/admin/rains": [/"rains-table"|"rains-none"/],
      "/admin/recharges": [/"recharge-row"|"recharges-empty"/],
      "/admin/removed-words": [/"removed-none"|"removed-row"/],
      "/admin/rooms": [/"room-row"/],
      "/admin/security": [/"media-hosts"/, /"retention"/],
      "/admin/users": [/"person-link"/],
      "/admin/wallets": [/"caps-policy/],
      [`/admin/users?q=${word}&userId=${viewerId}`]: [],
      [`/admin/rooms?q=${roomId}`]: [],
      [`/admin/wallets?q=${turning}&userId=${viewerId}`]: [],
      [`/room/${roomId}`]: [/"viewer-count"/, /"chat-line"/],
    },
  } satisfies Record<Role, Record<string, readonly RegExp[]>>;
}
