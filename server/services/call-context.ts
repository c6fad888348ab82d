import type { Log } from "@/platform/observability/log";
import type { ClientAddress } from "@/platform/security/client-address";
import { readBrowserId } from "../auth/browser-id";
import type { CallNonce } from "../queue/call-nonce";
import type { Ctx, Resources, Session } from "./context";

/**
 * The context of a procedure's call. Its logger, which knows the trace, is made by the few calls that log anything,
 * because it costs more than all the rest: read `log` where a line is written. A class, because an object with a getter
 * of its own costs ten times as much; a spread would leave the getter behind, so copies keep the prototype.
 */
export class CallContext implements Ctx {
  readonly env: Ctx["env"];
  readonly live: Ctx["live"];
  readonly finance: Ctx["finance"];
  readonly redis: Ctx["redis"];
  readonly push: Ctx["push"];
  readonly readers: Ctx["readers"];
  readonly session: Session | null;
  readonly traceId: string;
  readonly address: ClientAddress;
  readonly nonce: CallNonce | undefined;
  private readonly rootLog: Log;
  private readonly cookieHeader: string | undefined;

  constructor(
    resources: Resources,
    session: Session | null,
    traceId: string,
    address: ClientAddress,
    cookieHeader?: string,
    nonce?: CallNonce,
  ) {
    this.env = resources.env;
    this.live = resources.live;
    this.finance = resources.finance;
    this.redis = resources.redis;
    this.push = resources.push;
    this.readers = resources.readers;
    this.session = session;
    this.traceId = traceId;
    this.address = address;
    this.rootLog = resources.log;
    this.cookieHeader = cookieHeader;
    this.nonce = nonce;
  }

  get browserId(): string | undefined {
    return readBrowserId(this.env, this.cookieHeader);
  }

  get log(): Log {
    return this.rootLog.child({ traceId: this.traceId });
  }
}
