import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "./globals.css";
import { ColorSchemeScript, mantineHtmlProps } from "@mantine/core";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { NextIntlClientProvider } from "next-intl";
import { getLocale, getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { EarlyBackScript } from "@/components/lib/early-back";
import { AppProviders } from "@/components/ui/app-providers";
import { NONCE_HEADER } from "@/platform/http/security-headers";
import { env } from "@/platform/settings/env";
import { WithPageData } from "./lib/with-page-data";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("meta");
  return {
    metadataBase: new URL(env().PUBLIC_URL),
    title: { default: t("title"), template: `%s · Downpour` },
    description: t("description"),
    applicationName: "Downpour",
  };
}

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
  interactiveWidget: "resizes-content",
  themeColor: [
    { media: "(prefers-color-scheme: dark)", color: "#0a0c1b" },
    { media: "(prefers-color-scheme: light)", color: "#f7f0e3" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const locale = await getLocale();
  const nonce = (await headers()).get(NONCE_HEADER) ?? undefined;
  return (
    <html lang={locale === "zh" ? "zh-CN" : "en"} {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript defaultColorScheme="auto" nonce={nonce} />
        <EarlyBackScript nonce={nonce} />
      </head>
      <body>
        <NextIntlClientProvider>
          <AppProviders>
            <WithPageData
              queries={[
                { path: "session.me", type: "query" },
                { path: "wallet.balance", type: "query" },
              ]}
            >
              {children}
            </WithPageData>
          </AppProviders>
        </NextIntlClientProvider>
      </body>
    </html>
  );
}
