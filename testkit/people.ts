import { randomUUID } from "node:crypto";
import type { LiveDb } from "@/db/client";
import { grantCoins } from "@/db/live/ledger/grant-coins";
import { PLATFORM_ACTOR_ID } from "@/db/operator-actions";
import { writePolicy } from "@/db/policies";
import { inTransaction } from "@/db/transaction";
import { DEMO_VIEWER_PHONES } from "@/domain/rules/demo-users";
import { NO_CAPS } from "@/domain/rules/spending";
import { newTraceId } from "@/platform/observability/trace";
import { ApiClient } from "./api-client";
import type { Signer } from "./signing";

/** Settings under which load is measured: limits raised by setting, never by a bypass. */
export const RAISED_LIMITS = {
  RATE_LIMIT_GIFT_SEND: "1000000/1",
  RATE_LIMIT_CHAT_SEND: "1000000/1",
  RATE_LIMIT_USER: "10000000/10",
  RATE_LIMIT_ANONYMOUS: "1000000/10",
  RATE_LIMIT_ONE_TIME_CODE: "1000000/60",
  RATE_LIMIT_PAGES: "1000000/10",
  RATE_LIMIT_CONNECTIONS: "1000000/10",
  CONNECTIONS_PER_ADDRESS_MAX: "20000",
  PUSH_CONNECTIONS_PER_ADDRESS_MAX: "0",
  PUSH_CONNECTS_PER_ADDRESS_PER_SECOND_MAX: "0",
  PUSH_REQUESTS_PER_ADDRESS_MAX: "0",
};

export interface SignedIn extends Signer {
  userId: string;
}

/** Signs a demo user in over HTTP as a browser would and keeps the cookies. */
export async function signIn(webUrl: string, phoneNumber: string): Promise<SignedIn> {
  const client = new ApiClient(webUrl, { origin: webUrl });
  await client.signInByPhone(phoneNumber);
  const { data } = await client.query<{ userId: string; signingKey: string }>("session.me");
  return { userId: data.userId, cookie: client.cookieHeader(), signingKey: data.signingKey };
}

export async function signInViewers(webUrl: string): Promise<SignedIn[]> {
  const people: SignedIn[] = [];
  for (const phone of DEMO_VIEWER_PHONES) people.push(await signIn(webUrl, phone));
  return people;
}

/** Enough coins for any bench, through the ledger, and no cap on spending. Call it before anybody has sent a gift. */
export async function fundViewers(live: LiveDb, people: readonly { userId: string }[]): Promise<void> {
  const by = { actorId: PLATFORM_ACTOR_ID, reason: "bench", traceId: newTraceId(), approval: undefined };
  await inTransaction(live.sql, (tx) => writePolicy(tx, "spending-caps", NO_CAPS, by));
  await grantForLoad(
    live,
    people.map(({ userId }) => userId),
  );
}

/** Coins for anybody who is to send gifts, with a wallet or without. */
export async function grantForLoad(live: LiveDb, userIds: readonly string[]): Promise<void> {
  for (const userId of userIds) {
    await grantCoins(live, {
      userId,
      bizId: randomUUID(),
      amountCoins: 1_000_000_000,
      traceId: newTraceId(),
      at: new Date(),
    });
  }
}
