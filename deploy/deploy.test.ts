import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseEnv as parseFile } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { EnvSchema, parseEnv } from "@/platform/settings/env";
import { COMPOSE_HOSTS, DEPLOY_FILES } from "@/scripts/lib/deploy-files";
import { findEntries, findProcesses } from "@/scripts/lib/project.mjs";
import { StartEnvSchema } from "@/scripts/start/settings";
import { productionSettings } from "@/server/testing/production-settings";
import { nodeArgs } from "@/stack/services/node-args";

/** Stand-ins, which production does not run. */
const STAND_INS = new Set(["payment-sandbox", "simulator"]);
const PROCESSES = Object.keys(findProcesses()).filter((name) => !STAND_INS.has(name));
const TWO_OF_EACH = PROCESSES.flatMap((name) => [`${name}-1`, `${name}-2`]).sort();
const kindOf = (instance: string) => instance.replace(/-\d+$/, "");
const read = (path: string) => readFileSync(join("deploy", path), "utf8");

describe.each(Object.entries(DEPLOY_FILES))("%s", (path, render) => {
  it("is as it is written (else: node scripts/run.mjs write-deploy)", () => {
    expect(readFileSync(path, "utf8")).toBe(render());
  });
});

const password = () => randomBytes(24).toString("hex");
/** The file as somebody fills it in. */
function fillIn(): Record<string, string> {
  const url = (name: string) =>
    `postgres://downpour_app:${password()}@db.company.org/${name}?sslmode=verify-full`;
  const given: Record<string, string> = {
    ...productionSettings(),
    LIVE_DATABASE_URL: url("downpour_live"),
    FINANCE_DATABASE_URL: url("downpour_finance"),
    REDIS_URL: `rediss://:${password()}@redis.company.org:6379/0`,
    SMS_WEBHOOK_URL: "https://sms.company.org/send",
    SMS_WEBHOOK_SECRET: randomBytes(32).toString("hex"),
  };
  const settings = Object.entries(parseFile(read(".env.example"))).map(([name, value = ""]) => [
    name,
    value === "" ? (given[name] ?? "") : value,
  ]);
  return Object.fromEntries(settings);
}

describe("the example of settings", () => {
  it("names every setting once, and nothing that nobody reads", () => {
    const names = [...read(".env.example").matchAll(/^#?([A-Z][A-Z_\d]+)=/gm)].map(([, name = ""]) => name);
    const known = [...Object.keys(EnvSchema.shape), ...Object.keys(StartEnvSchema.shape)];
    const ofCompose = names.filter((name) => /^DOWNPOUR_\w+_PASSWORD$/.test(name));
    expect(ofCompose).toHaveLength(3);
    expect(names.toSorted()).toEqual([...known, ...ofCompose].toSorted());
  });

  it("is what production starts with once it is filled in, and not before", () => {
    expect(() => parseEnv(fillIn())).not.toThrow();
    const empty = parseFile(read(".env.example"));
    const message = (() => {
      try {
        parseEnv(empty);
        return "";
      } catch (error) {
        return String(error);
      }
    })();
    for (const name of [
      "AUTH_SECRET",
      "DATA_KEYS",
      "LIVE_DATABASE_URL",
      "REDIS_URL",
      "STRIPE_SECRET_KEY",
      "PAYOUT_URL",
    ])
      expect(message).toContain(`${name}: must not be empty`);
  });
});

interface ComposeService {
  command?: string[];
  environment?: Record<string, string>;
  networks?: Record<string, { ipv4_address?: string } | null> | string[];
  profiles?: string[];
}
const compose = parse(read("compose.yaml"), { merge: true }) as { services: Record<string, ComposeService> };

describe("compose", () => {
  const own = Object.entries(compose.services).filter(([, { command }]) =>
    command?.some((word) => /^dist\/.*\.mjs$/.test(word)),
  );

  it("has two of each process, each with its own name and Node's arguments", () => {
    const processes = own.filter(([name]) => /-\d$/.test(name));
    expect(processes.map(([name]) => name).sort()).toEqual(TWO_OF_EACH);
    for (const [name, { command, environment }] of processes) {
      const kind = kindOf(name);
      expect(command).toEqual(["node", ...nodeArgs(kind), `dist/${kind}.mjs`]);
      expect(environment?.NODE_NAME).toBe(name);
    }
    for (const [, { command }] of own)
      expect(findEntries()).toHaveProperty([command?.at(-1)?.slice("dist/".length, -".mjs".length) ?? ""]);
  });

  it.each(own)("gives %s settings with which it starts in production", (name, { environment = {} }) => {
    const passwords: Record<string, string> = {};
    const filled = Object.fromEntries(
      Object.entries(environment).map(([setting, value]) => [
        setting,
        value.replace(
          /\$\{(\w+):\?[^}]*\}/g,
          (_all, variable: string) => (passwords[variable] ??= password()),
        ),
      ]),
    );
    expect(() => parseEnv({ ...fillIn(), ...filled }, kindOf(name))).not.toThrow();
  });

  it("has web processes and gateways where nginx and Caddy look for them", () => {
    const addresses = (kind: string) =>
      [1, 2].map((n) => {
        const { networks = {} } = compose.services[`${kind}-${n}`] ?? {};
        return Array.isArray(networks) ? undefined : networks.inside?.ipv4_address;
      });
    expect(addresses("web")).toEqual(COMPOSE_HOSTS[3000]);
    expect(addresses("push-gateway")).toEqual(COMPOSE_HOSTS[6001]);
    const { environment } = compose.services.caddy ?? {};
    expect([environment?.WEB_1, environment?.WEB_2]).toEqual(
      COMPOSE_HOSTS[3000].map((host) => `${host}:3000`),
    );
    expect([environment?.PUSH_1, environment?.PUSH_2]).toEqual(
      COMPOSE_HOSTS[6001].map((host) => `${host}:6001`),
    );
    const upstreams = [...read("compose/nginx.conf").matchAll(/^ +server (172\S+)/gm)].map(([, at]) => at);
    expect(new Set(upstreams).size).toBe(4);
    // Gifts have slots of their own.
    expect(upstreams).toHaveLength(6);
  });

  it("is added to for a proxy of one's own, and only to what there is", () => {
    const added = parse(read("compose.own-proxy.yaml")) as typeof compose;
    for (const name of Object.keys(added.services)) expect(compose.services).toHaveProperty([name]);
  });
});

describe("systemd", () => {
  it("starts two of each process", () => {
    const wanted = [...read("systemd/downpour.target").matchAll(/downpour@([a-z-]+\d)\.service/g)];
    expect(wanted.map(([, name = ""]) => name).sort()).toEqual(TWO_OF_EACH);
  });

  it.each(PROCESSES)("runs %s with Node's arguments", (kind) => {
    const folder = mkdtempSync(join(tmpdir(), "downpour-run-process-"));
    const fake = join(folder, "node");
    writeFileSync(fake, '#!/bin/sh\necho "$@"\n');
    chmodSync(fake, 0o755);
    const command = `PATH=${folder}:/usr/bin:/bin exec ${resolve("deploy/systemd/run-process")} ${kind}-2`;
    const { stdout } = spawnSync("/bin/sh", ["-c", command], { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    expect(stdout.trim()).toBe([...nodeArgs(kind), `dist/${kind}.mjs`].join(" "));
  });
});
