import type { FinanceDb, LiveDb } from "@/db/client";
import type { Approval } from "@/db/operator-actions";
import type { Role } from "@/domain/contracts/ids";
import type { PendingFactor } from "@/domain/contracts/second-factor";
import type { Log } from "@/platform/observability/log";
import type { RedisClient } from "@/platform/redis/client";
import type { ClientAddress } from "@/platform/security/client-address";
import type { Env } from "@/platform/settings/env";
import type { PushPublisher } from "@/push/publisher/publisher";
import type { SigningKey } from "../auth/signing-key";
import type { CallNonce } from "../queue/call-nonce";
import type { Readers } from "./read-side/readers";

/** What a process opens once and every use case may use. */
export interface Resources {
  env: Env;
  log: Log;
  live: LiveDb;
  finance: FinanceDb;
  redis: RedisClient;
  push: PushPublisher;
  /** Replicas, where the settings name any; `chooseDatabases` says who may read from them. */
  readers?: Readers;
}

/** Who is calling, as the signed session says. */
export interface Session {
  sessionId: string;
  userId: string;
  nickname: string;
  avatarUrl: string | null;
  /** Whether gifts go without the name unless the person says otherwise; left out is no. */
  givesAnonymously?: boolean;
  role: Role;
  /** Somebody with the role of an operator, whose session is a guest's until this is done. */
  pendingFactor?: PendingFactor;
  /** When it ends by itself, as far as this process knows. */
  expiresAtMs?: number;
  /** What its mutations are signed with; left out where nobody is to learn of it. */
  signingKey?: SigningKey;
}

/** One call. Use cases are `fn(ctx, input)`. */
export interface Ctx extends Resources {
  session: Session | null;
  traceId: string;
  /** The caller's address, for limits of guests. */
  address: ClientAddress;
  /** The name that we gave the caller's browser, if it has one. */
  browserId?: string | undefined;
  /** Of a signed call. */
  nonce?: CallNonce | undefined;
}

/** A call by somebody who is signed in (guests are). */
export interface SignedInCtx extends Ctx {
  session: Session;
  /** Where the session's operator proposed this and a second one agreed. Belongs into every audit row of the call. */
  approval?: Approval;
}
