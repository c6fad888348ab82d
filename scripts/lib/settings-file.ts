import { readFileSync } from "node:fs";
import type { z } from "zod";
import { EnvSchema } from "@/platform/settings/env";
import { StartEnvSchema } from "../start/settings";

/** What production must be told, in the order in which one fills it in; what stands here is no default. */
const PRODUCTION: readonly { about: string; lines: readonly string[] }[] = [
  {
    about: "The address that people type, and the proxy that carries them to web processes and gateways.",
    lines: [
      "DOWNPOUR_MODE=production",
      "PUBLIC_URL=https://live.example.com",
      "TRUST_PROXY=true",
      "PUSHER_WS_PORT=443",
      "PUSHER_WS_TLS=true",
    ],
  },
  {
    about:
      "`npm run secrets` prints a fresh set. Keep DATA_KEYS and BLIND_INDEX_KEY apart from databases and backups.",
    lines: [
      "AUTH_SECRET=",
      "DATA_KEYS=",
      "BLIND_INDEX_KEY=",
      "PUSHER_KEY=",
      "PUSHER_SECRET=",
      "PAYOUT_SECRET=",
      "SMS_WEBHOOK_SECRET=",
    ],
  },
  {
    about:
      "Stores, as the application's role. deploy/compose.yaml has its own and takes only the passwords below.",
    lines: [
      "LIVE_DATABASE_URL=",
      "FINANCE_DATABASE_URL=",
      "REDIS_URL=",
      "# The same for all gateways, where there are several; REDIS_URL will do.",
      "PUSH_REDIS_URL=",
    ],
  },
  {
    about: "Who takes the money, who pays anchors out, and who sends codes.",
    lines: [
      "PAYMENT_PROVIDER=stripe",
      "STRIPE_SECRET_KEY=",
      "STRIPE_WEBHOOK_SECRET=",
      "PAYOUT_URL=",
      "SMS_WEBHOOK_URL=",
    ],
  },
];

/** Passwords of the stores that compose brings; letters, digits, `-` and `_` only, since they become parts of addresses. */
const COMPOSE = ["DOWNPOUR_OWNER_PASSWORD", "DOWNPOUR_APP_PASSWORD", "DOWNPOUR_REDIS_PASSWORD"];

const HEAD = `# Every setting of Downpour. Written from the schema that the processes read: node scripts/run.mjs write-deploy
# Copy it to .env, for npm and compose in the folder of the checkout; fill in the first part, where an empty setting is a mistake.
# A line that begins with # followed by a name shows the default.`;

/** `deploy/.env.example`. */
export function renderSettingsFile(): string {
  const first = new Set(PRODUCTION.flatMap(({ lines }) => lines.map((line) => line.split("=", 1)[0] ?? "")));
  const parts = [
    HEAD,
    "# ── What production must be told",
    ...PRODUCTION.map(({ about, lines }) => [`# ${about}`, ...lines].join("\n")),
    [
      "# Of the stores that deploy/compose.yaml brings (openssl rand -hex 32); nobody else reads them.",
      ...COMPOSE.map((name) => `#${name}=`),
    ].join("\n"),
    "# ── What has a default",
    ...renderDefaults("platform/settings/env.ts", EnvSchema, first),
    "# ── What `npm start` itself reads",
    ...renderDefaults("scripts/start/settings.ts", StartEnvSchema, first),
  ];
  return `${parts.join("\n\n")}\n`;
}

type Setting = z.ZodType<string | number | boolean | undefined>;

/** The settings of a schema with the comments that stand above them; those that belong together in one block. */
function renderDefaults(file: string, schema: z.ZodObject, without: ReadonlySet<string>): string[] {
  const comments = readComments(readFileSync(file, "utf8"));
  const blocks: string[] = [];
  for (const [name, setting] of Object.entries(schema.shape)) {
    if (without.has(name)) continue;
    const about = comments.get(name);
    const byDefault = isSecret(name) ? undefined : (setting as Setting).safeParse(undefined).data;
    const line = `#${name}=${byDefault ?? ""}`;
    const last = blocks.length - 1;
    if (about === undefined && last >= 0) blocks[last] += `\n${line}`;
    else blocks.push([...(about ?? []).map((text) => `# ${text}`), line].join("\n"));
  }
  return blocks;
}

/** The defaults of these are for a demo. */
const isSecret = (name: string) => /SECRET$|_KEY(S)?$/.test(name);

/** The comment of each setting, line by line. */
function readComments(source: string): Map<string, string[]> {
  const comments = new Map<string, string[]>();
  for (const [, comment = "", name = ""] of source.matchAll(
    /^ +\/\*\*((?:(?!\*\/)[^])*)\*\/\n +([A-Z][A-Z_\d]+):/gm,
  )) {
    const lines = comment.split("\n").map((line) => line.replace(/^\s*\*? ?/, "").trim());
    comments.set(
      name,
      lines.filter((line) => line !== ""),
    );
  }
  return comments;
}
