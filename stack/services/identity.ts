import { execFileSync } from "node:child_process";

/** The user a service runs as; undefined means "as ourselves". */
export interface Identity {
  uid: number;
  gid: number;
  name: string;
}

const SERVICE_USER = "downpour";

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * PostgreSQL refuses to run as root. When we are root it runs as `postgres` if the machine has that user, else as
 * `downpour` (created as a system user without a login), else as `nobody`.
 */
export function chooseServiceIdentity(): Identity | undefined {
  if (!isRoot()) return undefined;
  const existing = findUser("postgres") ?? findUser(SERVICE_USER);
  if (existing) return existing;
  try {
    execFileSync("useradd", ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_USER], {
      stdio: "ignore",
    });
  } catch {
    // No useradd here; `nobody` exists everywhere.
  }
  const identity = findUser(SERVICE_USER) ?? findUser("nobody");
  if (identity) return identity;
  throw new Error("PostgreSQL cannot run as root and no other user was found; create one named postgres.");
}

/** The identity that owns existing data: it must go on being served by the same user. */
export function identityOfOwner(uid: number, gid: number): Identity | undefined {
  return isRoot() && uid !== 0 ? { uid, gid, name: nameOfUser(uid) } : undefined;
}

function nameOfUser(uid: number): string {
  try {
    return execFileSync("id", ["-un", String(uid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return String(uid);
  }
}

function findUser(name: string): Identity | undefined {
  const readId = (flag: string) =>
    Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: readId("-u"), gid: readId("-g"), name };
  } catch {
    return undefined;
  }
}

/** Whether that user may enter a folder, asked of the system itself so that access lists count as well. */
export function canEnter(identity: Identity, folder: string): boolean {
  try {
    execFileSync("/bin/sh", ["-c", 'cd "$1"', "sh", folder], {
      uid: identity.uid,
      gid: identity.gid,
      cwd: "/",
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}
