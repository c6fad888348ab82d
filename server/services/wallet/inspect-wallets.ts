import { listChargebacks } from "@/db/live/queries/chargebacks";
import { listFreezes } from "@/db/live/queries/freeze-wallet";
import { listActionsOn } from "@/db/live/queries/operator-actions";
import { findPerson, listPeopleByName } from "@/db/live/queries/users";
import { findWallet } from "@/db/live/queries/wallets";
import { BizError } from "@/domain/contracts/errors";
import { Role, Uuid } from "@/domain/contracts/ids";
import type {
  FindWalletsInput,
  FoundWallet,
  StatementOfInput,
  WalletDetail,
} from "@/domain/contracts/wallet-admin";
import { cacheWallet } from "@/server/queue/gift-intake";
import type { SignedInCtx } from "../context";
import { listStatementOf, type StatementPage } from "./list-statement";
import { viewCaps } from "./spending-caps";

const FOUND_MAX = 20;
const ACTIONS_MAX = 30;

/** Wallets of people by id or by the beginning of their nickname. For operators. */
export async function findWallets(ctx: SignedInCtx, { text }: FindWalletsInput): Promise<FoundWallet[]> {
  const id = Uuid.safeParse(text);
  const person = id.success ? await findPerson(ctx.live, id.data) : undefined;
  const people = id.success
    ? [person].filter((p) => p !== undefined)
    : await listPeopleByName(ctx.live, text, FOUND_MAX);
  const wallets = await Promise.all(people.map((p) => findWallet(ctx.live, p.userId)));
  return people.map((p, i) => ({
    ...p,
    role: Role.catch("viewer").parse(p.role),
    balanceCoins: wallets[i]?.balanceCoins ?? null,
    frozen: wallets[i]?.frozen ?? false,
  }));
}

/** Everything about one wallet that an operator needs to decide. Throws NOT_FOUND. */
export async function getWalletDetail(
  ctx: SignedInCtx,
  { userId }: { userId: string },
): Promise<WalletDetail> {
  const [person, wallet] = await Promise.all([findPerson(ctx.live, userId), findWallet(ctx.live, userId)]);
  if (!person || !wallet) throw new BizError("NOT_FOUND", { field: "userId" });
  const [cached, caps, freezes, chargebacks, actions] = await Promise.all([
    cacheWallet(ctx.redis, userId, wallet),
    viewCaps(ctx, wallet),
    listFreezes(ctx.live.sql, userId),
    listChargebacks(ctx.live, userId),
    listActionsOn(ctx.live, `wallet:${userId}`, ACTIONS_MAX),
  ]);
  return {
    ...person,
    balance: { ...cached, frozen: wallet.frozen },
    caps,
    freezes,
    chargebacks: chargebacks.map(({ chargedBackAt, ...payment }) => ({
      ...payment,
      owedCoins: Math.max(0, payment.owedCoins - payment.recoveredCoins),
      chargedBackAt: chargedBackAt?.toISOString() ?? null,
    })),
    actions: actions.map(({ at, ...action }) => ({ ...action, at: at.toISOString() })),
  };
}

/** Every coin that entered or left one wallet, newest first. For operators. */
export function listStatementOfUser(
  ctx: SignedInCtx,
  { userId, ...input }: StatementOfInput,
): Promise<StatementPage> {
  return listStatementOf(ctx, userId, input);
}
