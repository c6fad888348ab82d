import { readFileSync } from "node:fs";
import { renderSettingsFile } from "./settings-file";

/** Addresses of web processes and gateways in the network of deploy/compose.yaml: nginx asks for names only once. */
export const COMPOSE_HOSTS = {
  3000: ["172.28.7.11", "172.28.7.12"],
  6001: ["172.28.7.21", "172.28.7.22"],
} as const;

/** The example for one machine with the addresses of compose; everything else is the same. */
function renderComposeNginx(): string {
  const example = readFileSync("deploy/nginx/nginx.conf", "utf8");
  const text = example
    .replace(
      /^.*\n/,
      "# nginx.conf of deploy/nginx with the addresses of deploy/compose.yaml (node scripts/run.mjs write-deploy).\n",
    )
    .replaceAll(/^ +# server 10\..*\n/gm, "")
    .replaceAll(/^( +server )127\.0\.0\.1:(3000|6001)(.*)$/gm, (_line, start, port: "3000" | "6001", rest) =>
      COMPOSE_HOSTS[port].map((host) => `${start}${host}:${port}${rest}`).join("\n"),
    );
  return text;
}

/** Files of deploy/ that are written, by path. */
export const DEPLOY_FILES: Readonly<Record<string, () => string>> = {
  "deploy/.env.example": renderSettingsFile,
  "deploy/compose/nginx.conf": renderComposeNginx,
};
