import { httpStatusOf } from "@/domain/contracts/error-status";
import { type BizErrorName, ERRORS } from "@/domain/contracts/errors";
import { ContractParser } from "@/server/trpc/contract";
import { ACCESS } from "@/server/trpc/init";
import { listProcedures, type ProcedureFacts } from "@/server/trpc/list-procedures";
import { layOutSchema, toJsonSchema } from "./describe-schema";
import { findCall, findContractType, findDualUseCase, findUseCase, type UseCase } from "./read-sources";

const HEAD = `# API

Written by \`node scripts/run.mjs write-reference\` from the contracts, routers and use cases; do not edit. A test fails when it is not current.

Every procedure is a call of [tRPC](https://trpc.io/docs/rpc) over HTTP: a **query** is \`GET /api/trpc/<name>?input=<JSON, encoded>\`, a **mutation**
\`POST /api/trpc/<name>\` with the input as JSON. The answer is \`{ "result": { "data": … } }\`. The session is a cookie, set by signing in at
\`/api/auth\`. Each answer names its trace in \`x-trace-id\`.

A mutation of somebody with a session is signed: \`x-dp-timestamp\` (milliseconds since 1970), \`x-dp-nonce\` (a uuid, used once) and \`x-dp-signature\` = hex
HMAC-SHA256(\`signingKey\` of \`session.me\`, METHOD + "\\n" + path + "\\n" + hex SHA-256 of the body + "\\n" + timestamp + "\\n" + nonce), the path with its query, as it is sent. Good for a minute. A wrong one is
\`SIGNATURE_INVALID\` (\`details.reason\`: \`missing\`, \`malformed\`, \`wrong\`, \`stale\`), one sent twice \`REPLAYED\`; one without \`x-dp-signature\` is still taken ([more](../security.md#signed-calls)). Sent again under its id, a call is signed anew.

An error is \`{ "error": { "data": { "biz": { code, name, message, details, traceId } } } }\`. Act on \`name\` or \`code\`; texts may change. These may
come from every call and are not repeated below: \`INVALID_INPUT\` (with \`details.field\`), \`UNAUTHENTICATED\` and \`FORBIDDEN\` (by who may call),
\`GUEST_CANNOT_SPEND\` (a guest where a viewer is needed), \`RATE_LIMITED\` (with \`details.retryAfterMs\`), \`BODY_TOO_LARGE\`, \`UNAVAILABLE\` and \`INTERNAL\`.

Ids that name an intent (\`giftOrderId\`, \`claimId\`, \`withdrawalId\` …) are made by the client, once an intent: repeating a call with the same id has the same
effect once. Amounts are whole coins (\`…Coins\`) or whole fen (\`…Fen\`).
`;

const COMMON_ERRORS: ReadonlySet<string> = new Set([
  "INVALID_INPUT",
  "UNAUTHENTICATED",
  "RATE_LIMITED",
  "UNAVAILABLE",
  "INTERNAL",
]);

function readUseCaseOf(path: string): UseCase {
  const { file, callee, isDual } = findCall(path);
  return isDual ? findDualUseCase(callee) : findUseCase(file, callee);
}

function renderInput({ input }: ProcedureFacts): string {
  if (!(input instanceof ContractParser)) return "No input.\n";
  return layOutSchema(toJsonSchema(input.schema, "input"), "input") || "No input.\n";
}

function renderCallers({ access, decision }: ProcedureFacts): string {
  const rule = access && ACCESS[access];
  const atDoor = rule && "admitsPending" in rule ? ", also while their second factor is missing" : "";
  const roles = rule ? `${rule.roles.join(", ")}${atDoor}` : "anybody";
  const second = decision === "fourEyes" ? "; needs a second operator while four eyes are on" : "";
  return `by ${roles}${second}`;
}

function renderProcedure(procedure: ProcedureFacts, useCase: UseCase): string {
  const { path, type, decision } = procedure;
  const all = decision === "fourEyes" ? [...useCase.errors, "SECOND_OPERATOR_NEEDED"] : useCase.errors;
  const errors = all.filter((name) => !COMMON_ERRORS.has(name)).map((name) => `\`${name}\``);
  const facts = [
    useCase.answer && useCase.answer !== "void" ? `Answers \`${useCase.answer}\`.` : "",
    errors.length > 0 ? `Errors: ${errors.join(", ")}.` : "",
  ];
  return [
    `### ${path}\n`,
    `${type === "mutation" ? "Mutation" : "Query"}, ${renderCallers(procedure)}.\n`,
    useCase.description && `${useCase.description}\n`,
    renderInput(procedure),
    facts.filter(Boolean).join(" ") && `${facts.filter(Boolean).join(" ")}\n`,
  ]
    .filter(Boolean)
    .join("\n");
}

/** Types of the contracts that answers name, and those that these name. */
function collectTypes(texts: readonly string[]): Map<string, { file: string; text: string }> {
  const found = new Map<string, { file: string; text: string }>();
  const waiting = [...texts];
  for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
    for (const [name] of text.matchAll(/\b[A-Z]\w+\b/g)) {
      if (found.has(name)) continue;
      const type = findContractType(name);
      if (!type) continue;
      found.set(name, type);
      waiting.push(type.text);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function renderErrors(): string {
  const rows = (Object.keys(ERRORS) as BizErrorName[])
    .sort((a, b) => ERRORS[a].code - ERRORS[b].code)
    .map((name) => {
      const { code, message, retryable } = ERRORS[name];
      return `| ${code} | \`${name}\` | ${httpStatusOf(name)} | ${retryable ? "yes" : ""} | ${message} |`;
    });
  return [
    "| code | name | HTTP | the same call may succeed later | text |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

/** docs/reference/api.md as the code is now. Throws where a use case cannot be found in the sources. */
export function renderApi(): string {
  const procedures = listProcedures().map((procedure) => ({
    procedure,
    useCase: readUseCaseOf(procedure.path),
  }));
  const areas = [...new Set(procedures.map(({ procedure }) => procedure.path.split(".")[0] ?? ""))];
  const sections = areas.map((area) =>
    [
      `## ${area}\n`,
      ...procedures
        .filter(({ procedure }) => procedure.path.startsWith(`${area}.`))
        .map(({ procedure, useCase }) => renderProcedure(procedure, useCase)),
    ].join("\n"),
  );
  const types = [...collectTypes(procedures.map(({ useCase }) => useCase.answer))].map(
    ([name, { file, text }]) => `### ${name}\n\n\`${file}\`\n\n\`\`\`ts\n${text}\n\`\`\`\n`,
  );
  const contents = [...areas, "types", "errors"].map((name) => `[${name}](#${name})`).join(" · ");
  return [
    HEAD,
    `${contents}\n`,
    ...sections,
    "## types\n",
    "What answers are made of, as the contracts declare it.\n",
    ...types,
    "## errors\n",
    renderErrors(),
    "",
  ].join("\n");
}
