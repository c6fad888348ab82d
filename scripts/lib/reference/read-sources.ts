import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ERRORS } from "@/domain/contracts/errors";

/** What its source says of a function: TypeScript is gone when the router runs, and with it docstrings and what is answered. */
export interface UseCase {
  /** The docstring without what it says of errors and parameters. */
  description: string;
  /** Names of the error table, as in "Throws NOT_FOUND, …". */
  errors: string[];
  /** As it is written, without the promise. */
  answer: string;
}

const cache = new Map<string, string>();
const read = (file: string): string => {
  const text = cache.get(file) ?? readFileSync(file, "utf8");
  cache.set(file, text);
  return text;
};

/** Where a name of a file comes from: the file, and the name that it has there. */
function findImport(file: string, name: string): { file: string; name: string } {
  for (const [, names = "", from = ""] of read(file).matchAll(
    /import (?:type )?\{([^}]+)\} from "([^"]+)"/g,
  )) {
    for (const part of names.split(",")) {
      const [original = "", alias = original] = part
        .trim()
        .replace(/^type /, "")
        .split(" as ");
      if (alias !== name) continue;
      const path = from.startsWith("@/") ? from.slice(2) : join(dirname(file), from);
      return { file: existsSync(`${path}.ts`) ? `${path}.ts` : path, name: original };
    }
  }
  return { file, name };
}

/** The text from an opening bracket to the one that closes it, both left out. */
function readBracketed(text: string, open: number): string {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if ("([{".includes(text.charAt(i))) depth += 1;
    else if (")]}".includes(text.charAt(i)) && --depth === 0) return text.slice(open + 1, i);
  }
  throw new Error("A bracket is never closed.");
}

/** What stands between the parameters and the body. */
function readAnswer(text: string, afterParameters: number): string {
  let depth = 0;
  for (let i = afterParameters; i < text.length; i++) {
    const c = text.charAt(i);
    // A body begins where nothing is open and a type has been read.
    if (c === "{" && depth === 0 && i > afterParameters + 2) return text.slice(afterParameters, i);
    if ("<{([".includes(c)) depth += 1;
    else if (">})]".includes(c) && text.charAt(i - 1) !== "=") depth -= 1;
  }
  return "";
}

function readDocstring(text: string, before: number): string {
  const match = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text.slice(0, before));
  return (match?.[1] ?? "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
}

/** Names of the error table in a docstring, with those of functions that its "Throws" refers to: "as `sendGift` does". */
function readErrors(docstring: string, file: string, seen: ReadonlySet<string>): string[] {
  const text = docstring.replaceAll(/\s*\n\s*/g, " ");
  const names = [...text.matchAll(/\b[A-Z][A-Z_]{3,}\b/g)].map(([name]) => name);
  for (const [sentence] of text.matchAll(/Throws .*?(?:\.(?= |$)|$)/g)) {
    for (const [, other = ""] of sentence.matchAll(/`(\w+)`/g)) {
      const { file: home, name } = findImport(file, other);
      const isFunction = new RegExp(`^export (?:async )?function ${name}\\b`, "m").test(read(home));
      if (isFunction && !seen.has(name)) names.push(...readUseCase(home, name, seen).errors);
    }
  }
  return [...new Set(names)].filter((name) => Object.hasOwn(ERRORS, name));
}

/** Sentences about errors and parameters have a place of their own. */
function readDescription(docstring: string): string {
  const [text = ""] = docstring.replaceAll(/\s*\n\s*/g, " ").split(/ ?@(?:param|returns)\b/);
  return text
    .replaceAll(/(?:^|(?<=[.)] ))Throws .*?(?:\.(?= |$)|$)/g, "")
    .replaceAll(/ {2,}/g, " ")
    .trim();
}

/**
 * @param file where the function is exported
 * @param seen functions whose docstring refers to this one
 */
export function readUseCase(file: string, name: string, seen: ReadonlySet<string> = new Set()): UseCase {
  const text = read(file);
  const known = new Set([...seen, name]);
  const at = new RegExp(`^export (?:async )?function ${name}\\b`, "m").exec(text);
  if (!at) {
    const arrow = new RegExp(`^export const ${name} =`, "m").exec(text);
    if (!arrow) throw new Error(`${file} exports no function ${name}.`);
    const docstring = readDocstring(text, arrow.index);
    return {
      description: readDescription(docstring),
      errors: readErrors(docstring, file, known),
      answer: "",
    };
  }
  const open = text.indexOf("(", at.index);
  const end = open + readBracketed(text, open).length + 2;
  const answer = text.charAt(end) === ":" ? readAnswer(text, end + 1) : "";
  const docstring = readDocstring(text, at.index);
  return {
    description: readDescription(docstring),
    errors: readErrors(docstring, file, known),
    answer: answer
      .trim()
      .replaceAll(/\s+/g, " ")
      .replace(/^Promise<(.*)>$/, "$1"),
  };
}

/** The file of a function that another one imports. */
export function findUseCase(importer: string, local: string): UseCase {
  const { file, name } = findImport(importer, local);
  return readUseCase(file, name);
}

/** The comment over a row of a table, such as over `"gift.settled": …`. Throws where there is none. */
export function readRowText(file: string, table: string, row: string): string {
  const text = read(file);
  const begin = text.indexOf(`const ${table} = {`);
  const at = text.indexOf(`\n  "${row}": `, begin) + 1;
  const docstring = begin === -1 || at === 0 ? "" : readDocstring(text, at);
  if (!docstring)
    throw new Error(`${table} of ${file} has no row "${row}" with a comment that says when it comes.`);
  return docstring.replaceAll(/\s*\n\s*/g, " ");
}

const DUAL_ACTIONS_FILE = "server/services/approval/actions.ts";

/** What an action that may need a second operator runs, by the key under which it stands in `DUAL_ACTIONS`. */
export function findDualUseCase(key: string): UseCase {
  const pattern = new RegExp(String.raw`^  ${key}: [\s\S]*?\n    run: (?:\(.*?\) => )?(\w+)`, "m");
  const run = pattern.exec(read(DUAL_ACTIONS_FILE))?.[1];
  if (!run) throw new Error(`${DUAL_ACTIONS_FILE} has no action ${key}.`);
  return findUseCase(DUAL_ACTIONS_FILE, run);
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "testing" ? [] : listFiles(path);
    return entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

export interface Call {
  /** The file of the procedure. */
  file: string;
  /** The function it calls, or of `DUAL_ACTIONS` the name of the action. */
  callee: string;
  isDual: boolean;
}

/** What a procedure calls, from its line among those of its audience. Throws unless exactly one line is of that name. */
export function findCall(path: string): Call {
  const [area = "", own = ""] = path.split(".");
  const pattern = new RegExp(
    String.raw`^  ${own}: (?:(?!\n  \w+:)[\s\S])*?(?:=>\s*(\w+)\(ctx|operatorWithSecond\(DUAL_ACTIONS\.(\w+)\))`,
    "gm",
  );
  const found = listFiles("server/trpc").flatMap((file) => {
    if (!new RegExp(`export const (viewer|studio|admin)${area} = `, "i").test(read(file))) return [];
    return [...read(file).matchAll(pattern)].map(
      ([, callee, action]): Call => ({ file, callee: callee ?? action ?? "", isDual: action !== undefined }),
    );
  });
  const [call, other] = found;
  if (!call || other) throw new Error(`${found.length} procedures are called ${path}; there must be one.`);
  return call;
}

/** The declaration of a type of the contracts, a schema as it is written; undefined for any other name. */
export function findContractType(name: string): { file: string; text: string } | undefined {
  for (const file of listFiles("domain/contracts")) {
    const text = read(file);
    const at = new RegExp(`^export (interface|type|const) ${name}\\b`, "m").exec(text);
    if (!at) continue;
    const close = at[1] === "interface" ? "\n}" : ";\n";
    const end = text.indexOf(close, at.index) + close.trimEnd().length;
    return { file, text: text.slice(at.index, end).replace(/^export /, "") };
  }
  return undefined;
}
