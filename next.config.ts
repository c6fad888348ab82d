import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // `npm test` checks the types of everything; a start on a fresh machine need not do it again.
  typescript: { ignoreBuildErrors: true },
  // These run on the server only and do not survive being bundled.
  serverExternalPackages: ["postgres", "ioredis", "pino", "prom-client", "pusher", "better-auth"],
  // Where the network is away a page that was asked for is waited for; else it is the browser that says so, in its place.
  experimental: { useOffline: true },
};

export default createNextIntlPlugin("./i18n/request.ts")(config);
