import type { MetadataRoute } from "next";
import { getTranslations } from "next-intl/server";

/** What a phone needs to keep the platform among its apps. */
export default async function manifest(): Promise<MetadataRoute.Manifest> {
  const t = await getTranslations("meta");
  return {
    id: "/",
    name: t("title"),
    short_name: "Downpour",
    description: t("description"),
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: "#0a0c1b",
    theme_color: "#0a0c1b",
    icons: [
      { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
      { src: "/icon-512.png", sizes: "512x512", type: "image/png" },
      { src: "/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
    ],
  };
}
