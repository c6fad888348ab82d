/**
 * Checks `.dependency-cruiser.cjs`: who may import whom; who writes the ledger and in which order rows are locked; and that
 * documents name what there is.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkDocuments } from "./lib/check-documents.mjs";
import { checkLedger } from "./lib/check-ledger.mjs";
import { cruiseSources } from "./lib/cruise-sources.mjs";
import { ROOT } from "./lib/project.mjs";

/** Break rules on purpose; when one is not reported, the check itself is broken. */
const PLANTED = [
  {
    file: "domain/rules/canary.ts",
    source: 'import type { Sql } from "postgres";\nimport type { z } from "zod";\nimport "@/db/migrate";\n',
    breaks: ["domain-stands-alone", "domain-stands-alone", "queries-live-in-db", "rules-know-no-schemas"],
  },
  {
    file: "domain/contracts/canary.ts",
    source:
      'import { v5 } from "uuid";\nimport type { Env } from "@/platform/settings/env";\nexport { v5, type Env };\n',
    breaks: ["contracts-are-light", "domain-stands-alone"],
  },
  {
    file: "db/canary.ts",
    source:
      'import type { ServiceContext } from "@/server/services/context";\nexport type { ServiceContext };\n',
    breaks: ["db-stands-below"],
  },
  {
    file: "platform/canary.ts",
    source: 'import type { LiveDb } from "@/db/client";\nimport "@/server/main";\nexport type { LiveDb };\n',
    breaks: ["platform-knows-no-business", "platform-knows-no-business"],
  },
  {
    file: "server/canary.ts",
    source:
      'import type { SignedIn } from "@/testkit/people";\nimport "@/stack/start-node";\nexport type { SignedIn };\n',
    breaks: ["nothing-imports-a-command", "nothing-imports-a-command"],
  },
  {
    file: "push/publisher/canary.ts",
    source:
      'import type { ServiceContext } from "@/server/services/context";\nimport "../gateway/gateway";\nexport type { ServiceContext };\n',
    breaks: ["push-stands-below", "push-has-three-doors"],
  },
  {
    file: "push/client/canary.ts",
    source: 'import type { Env } from "@/platform/settings/env";\nexport type { Env };\n',
    breaks: ["the-client-runs-in-a-browser"],
  },
  {
    file: "workers/lib/canary.ts",
    source: 'import type { App } from "@/push/gateway/apps";\nexport type { App };\n',
    breaks: ["the-gateway-is-a-process-of-its-own"],
  },
  {
    file: "push/gateway/protocol/canary.ts",
    source: 'import type { Channel } from "../channels/channel";\nexport type { Channel };\n',
    breaks: ["gateway-limits-and-protocol-are-its-ground-floor"],
  },
  {
    file: "push/gateway/channels/canary.ts",
    source: 'import "../transports/web-socket-connection";\nimport "../backplane/local-backplane";\n',
    breaks: ["channels-know-no-transport", "channels-ask-no-node"],
  },
  {
    file: "push/gateway/backplane/canary.ts",
    source: 'import type { Channel } from "../channels/channel";\nexport type { Channel };\n',
    breaks: ["a-backplane-knows-no-channel"],
  },
  {
    file: "push/gateway/http-api/canary.ts",
    source: 'import type { Connections } from "../transports/connections";\nexport type { Connections };\n',
    breaks: ["transports-and-publishers-do-not-meet"],
  },
  {
    file: "server/fast-path/canary.ts",
    source: 'import type { Ctx } from "../services/context";\nexport type { Ctx };\n',
    breaks: ["the-fast-path-knows-no-use-case"],
  },
  {
    file: "chaos/lib/canary.ts",
    source: 'import type { Row } from "@/bench/lib/row";\nexport type { Row };\n',
    breaks: ["faults-and-measurements-stand-apart"],
  },
  {
    file: "testkit/canary.ts",
    source: 'import "@/chaos/lib/rig";\n',
    breaks: ["what-is-shared-stands-below"],
  },
  {
    file: "stack/canary.ts",
    source: 'import type { SignedIn } from "@/testkit/people";\nexport type { SignedIn };\n',
    breaks: ["stack-knows-no-people"],
  },
  {
    file: "scripts/canary.ts",
    source: 'import type { SignedIn } from "@/testkit/people";\nexport type { SignedIn };\n',
    breaks: ["the-testkit-is-for-tests"],
  },
  {
    file: "platform/circle/left.ts",
    source: 'import type { Right } from "./right";\nexport interface Left {\n  right: Right;\n}\n',
    breaks: ["no-cycles"],
  },
  {
    file: "platform/circle/right.ts",
    source: 'import type { Left } from "./left";\nexport interface Right {\n  left: Left;\n}\n',
    breaks: [],
  },
  {
    file: "server/services/wallet/canary.ts",
    source:
      "export const give = (sql, id) => sql`\n  UPDATE\n    public.ledger_accounts SET balance_coins = balance_coins + 1 WHERE id = ${id}`;\n",
    breaks: ["the-ledger-has-one-hand"],
  },
  {
    file: "db/live/queries/canary.ts",
    source:
      "export async function give(tx, id) {\n  await lockWallet(tx, id);\n  await tx`SELECT 1 FROM rains WHERE rain_id IN (SELECT r FROM x) FOR UPDATE`;\n" +
      "  await tx`SELECT 1 FROM canaries FOR UPDATE`;\n  await tx`INSERT INTO trades VALUES (1)`;\n}\n",
    breaks: ["the-ledger-has-one-hand", "locks-follow-their-order", "locks-are-in-the-table"],
  },
  {
    file: "workers/canary.ts",
    source:
      'import { ledgerAccounts } from "@/db/live/schema";\nexport const give = (orm) => orm.update(ledgerAccounts).set({ balanceCoins: 1 });\n',
    breaks: ["the-ledger-has-one-hand"],
  },
];

const planted = new Map(PLANTED.map(({ file, source }) => [file, source]));
const { files, imports, violations } = await cruiseSources(Object.fromEntries(planted));
violations.push(
  ...checkLedger([...files.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]), ...planted]),
);
const problems = files
  .filter((file) => !imports.has(file))
  .map((file) => `not-read: ${file} was not read by dependency-cruiser`);
for (const { file, breaks } of PLANTED) {
  const reported = violations.filter(({ from }) => from === file).map(({ rule }) => rule);
  for (const rule of new Set(breaks)) {
    const count = breaks.filter((name) => name === rule).length;
    if (reported.filter((name) => name === rule).length < count)
      problems.push(`check-is-broken: what ${file} breaks of ${rule} was not reported`);
  }
}
for (const { rule, from, path } of violations) {
  if (!planted.has(from)) problems.push(`${rule}: ${path.join(" → ")}`);
}
const edges = [...imports.values()].reduce((sum, list) => sum + list.length, 0);
// A tree in which most files import nothing means that imports were not understood.
if (edges < files.length) problems.push(`too-few-imports: ${edges} imports in ${files.length} files`);
const { documents, problems: stale } = checkDocuments();
problems.push(...stale);
for (const problem of new Set(problems)) console.error(problem);
console.log(`${files.length} files, ${edges} imports, ${documents} documents, ${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;
