/** Every page that people see, by who sees it; rooms and rains have addresses of their own. */
export const PAGES = {
  viewer: { phoneNumber: "+8613800000005", paths: ["/", "/account", "/wallet"] },
  anchor: { phoneNumber: "+8613900000005", paths: ["/studio", "/studio/earnings"] },
  operator: {
    phoneNumber: "+8613700000001",
    paths: [
      "/admin",
      "/admin/alarms",
      "/admin/approvals",
      "/admin/dead-letters",
      "/admin/finance?tab=reconciliation",
      "/admin/finance?tab=withdrawals",
      "/admin/finance?tab=settlement",
      "/admin/finance?tab=shares",
      "/admin/gifts",
      "/admin/orders",
      "/admin/rains",
      "/admin/recharges",
      "/admin/rooms",
      "/admin/security",
      "/admin/users",
      "/admin/wallets",
    ],
  },
} as const;

/** For a test that looks at all of them, one after the other, beside other work of the machine. */
export const TIME_MS_MAX = 600_000;
