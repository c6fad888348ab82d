import {
  IconBuildingBank,
  IconCloudRain,
  IconCreditCard,
  IconGift,
  IconLayoutDashboard,
  type IconProps,
  IconWallet,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

/** Every place of the dashboard; `key` is its name under `admin` in the messages. A new page is one line here. */
export const ADMIN_NAV = [
  { href: "/admin", key: "overview", icon: IconLayoutDashboard },
  { href: "/admin/finance", key: "finance", icon: IconBuildingBank },
  { href: "/admin/orders", key: "orders", icon: IconGift },
  { href: "/admin/recharges", key: "recharges", icon: IconCreditCard },
  { href: "/admin/wallets", key: "wallets", icon: IconWallet },
  { href: "/admin/rains", key: "rains", icon: IconCloudRain },
] as const satisfies readonly { href: string; key: string; icon: ComponentType<IconProps> }[];

/** The overview is only itself; every other place has all that lies below it. */
export function isCurrentPlace(href: string, pathname: string): boolean {
  if (href === "/admin") return pathname === href;
  return pathname === href || pathname.startsWith(`${href}/`);
}
