import {
  IconAdjustments,
  IconBan,
  IconBell,
  IconBuildingBank,
  IconCategory,
  IconChartBar,
  IconClockPlay,
  IconCloudRain,
  IconCoins,
  IconCreditCard,
  IconFlag,
  IconGift,
  IconLayoutDashboard,
  IconMailExclamation,
  IconMessageOff,
  type IconProps,
  IconReceipt,
  IconServer2,
  IconShieldLock,
  IconStethoscope,
  IconTags,
  IconTestPipe,
  IconTimeline,
  IconUserCheck,
  IconUsers,
  IconVideo,
  IconWallet,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { OpsAttention } from "@/domain/contracts/ops";

/**
 * Every place of the dashboard; `key` is its name under `admin` in the messages, `attention` what is counted beside it. A
 * new page is one line here.
 */
export const ADMIN_NAV = [
  { href: "/admin", key: "overview", icon: IconLayoutDashboard },
  { href: "/admin/alarms", key: "alarms.title", icon: IconBell, attention: "openAlarms" },
  {
    href: "/admin/dead-letters",
    key: "deadLetters.title",
    icon: IconMailExclamation,
    attention: "openDeadLetters",
  },
  { href: "/admin/approvals", key: "approvals", icon: IconUserCheck, attention: "openProposals" },
  { href: "/admin/users", key: "users", icon: IconUsers, attention: "openApplications" },
  { href: "/admin/rooms", key: "rooms", icon: IconVideo },
  { href: "/admin/categories", key: "categories", icon: IconCategory },
  { href: "/admin/tags", key: "tags", icon: IconTags },
  { href: "/admin/reports", key: "reports", icon: IconFlag, attention: "openReports" },
  { href: "/admin/words", key: "words", icon: IconBan },
  { href: "/admin/removed-words", key: "removedWords", icon: IconMessageOff },
  { href: "/admin/finance", key: "finance", icon: IconBuildingBank },
  { href: "/admin/analytics", key: "analytics", icon: IconChartBar },
  { href: "/admin/orders", key: "orders", icon: IconReceipt },
  { href: "/admin/gifts", key: "gifts", icon: IconGift },
  { href: "/admin/products", key: "products", icon: IconCoins },
  { href: "/admin/recharges", key: "recharges", icon: IconCreditCard },
  { href: "/admin/wallets", key: "wallets", icon: IconWallet },
  { href: "/admin/rains", key: "rains", icon: IconCloudRain },
  { href: "/admin/jobs", key: "jobs", icon: IconClockPlay },
  { href: "/admin/settings", key: "settings", icon: IconAdjustments },
  { href: "/admin/simulator", key: "simulator", icon: IconTestPipe },
  { href: "/admin/doctor", key: "doctor", icon: IconStethoscope },
  { href: "/admin/services", key: "services", icon: IconServer2 },
  { href: "/admin/traces", key: "traces", icon: IconTimeline },
  { href: "/admin/security", key: "security", icon: IconShieldLock },
] as const satisfies readonly AdminPlace[];

interface AdminPlace {
  href: string;
  key: string;
  icon: ComponentType<IconProps>;
  attention?: keyof OpsAttention;
}

/** The overview is only itself; every other place has all that lies below it. */
export function isCurrentPlace(href: string, pathname: string): boolean {
  if (href === "/admin") return pathname === href;
  return pathname === href || pathname.startsWith(`${href}/`);
}
