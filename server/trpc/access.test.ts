import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { DUAL_ACTION_NAMES } from "@/domain/contracts/approval";
import { DUAL_ACTIONS } from "../services/approval/actions";
import { ACCESS } from "./init";
import { listProcedures } from "./list-procedures";

const procedures = listProcedures();

describe("every procedure", () => {
  it.each(procedures.map((procedure) => [procedure.path, procedure] as const))(
    "%s declares who may call it",
    (_path, { access }) => {
      expect(Object.keys(ACCESS)).toContain(access);
    },
  );

  it("of an operator that changes something says whether one is enough", () => {
    const undeclared = procedures.filter(
      ({ type, access, decision }) => type === "mutation" && access === "operator" && !decision,
    );
    expect(undeclared.map(({ path }) => path)).toEqual([]);
  });

  it("of nobody else needs two", () => {
    const others = procedures.filter(
      ({ type, access, decision }) => decision && (type !== "mutation" || access !== "operator"),
    );
    expect(others.map(({ path }) => path)).toEqual([]);
  });

  it("that needs two is in the table of such actions, under its own name, and all of the table are", () => {
    const declared = procedures.filter(({ decision }) => decision === "fourEyes").map(({ path }) => path);
    expect(declared.sort()).toEqual([...DUAL_ACTION_NAMES].sort());
    expect(
      Object.values(DUAL_ACTIONS)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...DUAL_ACTION_NAMES].sort());
  });

  it("that changes a policy, a role, a share or a grant needs two", () => {
    const weighty = procedures.filter(
      ({ type, access, path }) =>
        type === "mutation" && access === "operator" && /policy|role|share|grant/i.test(path),
    );
    expect(weighty.length).toBeGreaterThan(5);
    expect(weighty.filter(({ decision }) => decision !== "fourEyes").map(({ path }) => path)).toEqual([]);
  });
});

it.each([
  ["viewer", ["anyone", "signedIn", "member", "giver", "viewer", "spender"]],
  ["studio", ["anchor", "moderator"]],
  ["admin", ["operator", "operatorAlone", "operatorAtDoor", "operatorWithSecond"]],
])("procedures in %s/ are for those whom the folder is named after", (folder, ways) => {
  const path = fileURLToPath(new URL(`${folder}/`, import.meta.url));
  const files = readdirSync(path);
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const [, names = ""] =
      /import \{([^}]*)\} from "\.\.\/init";/.exec(readFileSync(path + file, "utf8")) ?? [];
    const used = names.split(",").flatMap((name) => name.trim() || []);
    expect([file, used.filter((name) => name !== "fromReplica" && !ways.includes(name))]).toEqual([file, []]);
    expect(used.length).toBeGreaterThan(0);
  }
});
