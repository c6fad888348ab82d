import type { Metadata } from "next";
import { getLocale } from "next-intl/server";
import { env } from "@/platform/settings/env";

const CARD = { url: "/card.png", width: 1200, height: 630, alt: "Downpour" };

interface PageCard {
  /** The page's address in the platform, with a slash: what others link to has the name of PUBLIC_URL, whoever asked. */
  path: string;
  title: string;
  description: string;
  /** A picture of its own. */
  imageUrl?: string | null;
}

/** How a page is shown where somebody links to it. */
export async function pageCard({ path, title, description, imageUrl }: PageCard): Promise<Metadata> {
  const images = imageUrl ? [{ url: imageUrl }] : [CARD];
  return {
    metadataBase: new URL(env().PUBLIC_URL),
    description,
    alternates: { canonical: path },
    openGraph: {
      type: "website",
      siteName: "Downpour",
      locale: (await getLocale()) === "zh" ? "zh_CN" : "en_US",
      url: path,
      title,
      description,
      images,
    },
    twitter: { card: "summary_large_image", title, description, images },
  };
}
