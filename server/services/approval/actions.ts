import type { z } from "zod";
import { listAllShares, listSharesOfAnchor } from "@/db/finance/queries/shares";
import { findGrant } from "@/db/live/queries/rain-grants";
import { findPerson } from "@/db/live/queries/users";
import { SetPhoneChangePolicyInput } from "@/domain/contracts/account";
import { SetAlarmRuleInput } from "@/domain/contracts/alarm-rules";
import { SetTierPolicyInput } from "@/domain/contracts/analytics";
import { DecideApplicationInput } from "@/domain/contracts/application";
import { type DualActionName, type FourEyes, SetFourEyesPolicyInput } from "@/domain/contracts/approval";
import { SetChatWordsInput } from "@/domain/contracts/chat-words";
import { CreditDeadLetterInput } from "@/domain/contracts/dead-letters";
import { BizError } from "@/domain/contracts/errors";
import { SetShareInput } from "@/domain/contracts/finance";
import { SetMediaHostsInput } from "@/domain/contracts/media-hosts";
import { SetRoleInput } from "@/domain/contracts/people";
import type { PolicyKey } from "@/domain/contracts/policies";
import { GrantRainInput, RevokeRainGrantInput, SetRainPolicyInput } from "@/domain/contracts/rain";
import { ProductCreateInput, ProductUpdateInput } from "@/domain/contracts/recharge";
import { SetRetentionPolicyInput } from "@/domain/contracts/retention";
import { SetSettingInput } from "@/domain/contracts/settings";
import { SetCapsPolicyInput } from "@/domain/contracts/wallet-admin";
import { DecideWithdrawalInput, SetWithdrawalPolicyInput } from "@/domain/contracts/withdrawal";
import { SHARE_BPS_DEFAULT } from "@/domain/rules/money";
import { buildShareTable, shareInForce } from "@/domain/rules/share";
import { getPhoneChangePolicy, setPhoneChangePolicy } from "../account/phone-change-policy";
import { getAlarmRulesPolicy, setAlarmRule } from "../alarm/alarm-rules";
import { getTierPolicy, setTierPolicy } from "../analytics/tier-policy";
import { getChatWords, setChatWords } from "../chat/chat-words";
import type { SignedInCtx } from "../context";
import { creditDeadLetter } from "../dead-letter/decide-dead-letter";
import { getDeadLetter } from "../dead-letter/list-dead-letters";
import { setShare } from "../finance/shares";
import { getMediaHostsPolicy, setMediaHostsPolicy } from "../media/media-hosts";
import { getSetting, needsSecondOperator, setSetting } from "../ops/settings";
import { decideApplication, getApplication } from "../people/anchor-applications";
import { setRole } from "../people/set-role";
import { getRainPolicy, grantRain, revokeRainGrant, setRainPolicy } from "../rain/grants";
import { createProduct, getProduct, updateProduct } from "../recharge/edit-products";
import { getRetentionPolicy, setRetentionPolicy } from "../retention/retention-policy";
import { getCapsPolicy, setCapsPolicy } from "../wallet/spending-caps";
import { decideWithdrawal, getNamed } from "../withdrawal/decide-withdrawal";
import { getWithdrawalPolicy, setWithdrawalPolicy } from "../withdrawal/withdrawal-limits";
import { getFourEyes, setFourEyesPolicy } from "./four-eyes";
import { isLargePayout } from "./large-payout";

/** Something that needs a second operator while four eyes are on. */
export interface DualAction<S extends z.ZodType = z.ZodType, R = unknown> {
  /** The procedure. */
  name: DualActionName;
  input: S;
  /** The use case. Its audit row takes `ctx.approval`. */
  run(ctx: SignedInCtx, input: z.output<S>): Promise<R>;
  /** What it is about, as `kind:id`. */
  subjectOf(input: z.output<S>): string;
  reasonOf(input: z.output<S>): string | null;
  /** How it stands now, for whoever approves; null where there is nothing to compare with. Throws what `run` would. */
  before?(ctx: SignedInCtx, input: z.output<S>): Promise<object | null>;
  /** Whose money or power it is about: that person neither proposes nor approves it. */
  concerns?(ctx: SignedInCtx, input: z.output<S>): Promise<string | null> | string | null;
  /** Where one operator is enough for some inputs even so. */
  needsTwo?(ctx: SignedInCtx, input: z.output<S>, fourEyes: FourEyes): Promise<boolean>;
  /** Whether whoever decides gives a code of the second factor for it. */
  needsFreshFactor?(ctx: SignedInCtx, input: z.output<S>, fourEyes: FourEyes): Promise<boolean> | boolean;
}

function action<S extends z.ZodType, R>(definition: DualAction<S, R>): DualAction<S, R> {
  return definition;
}

/** A policy: its subject, its reason and what it was are always found in the same way. */
function policyAction<S extends z.ZodType<{ reason: string }>, R extends object>(definition: {
  name: DualActionName;
  key: PolicyKey;
  input: S;
  get(ctx: SignedInCtx): Promise<object>;
  run(ctx: SignedInCtx, input: z.output<S>): Promise<R>;
}): DualAction<S, R> {
  const { name, key, input, get, run } = definition;
  return {
    name,
    input,
    run,
    subjectOf: () => `policy:${key}`,
    reasonOf: ({ reason }) => reason,
    before: get,
  };
}

/** Everything that needs a second operator, by its procedure. */
export const DUAL_ACTIONS = {
  setShare: action({
    name: "finance.setShare",
    input: SetShareInput,
    run: setShare,
    subjectOf: ({ anchorId }) => (anchorId ? `anchor:${anchorId}` : "platform:share"),
    reasonOf: ({ reason }) => reason ?? null,
    async before({ finance }, { anchorId, effectiveAt }) {
      const shares = anchorId ? await listSharesOfAnchor(finance, anchorId) : await listAllShares(finance);
      const table = buildShareTable(shares);
      return { shareBps: shareInForce(table, anchorId ?? "", Date.parse(effectiveAt), SHARE_BPS_DEFAULT) };
    },
    concerns: (_ctx, { anchorId }) => anchorId,
  }),
  setWithdrawalPolicy: policyAction({
    name: "finance.setWithdrawalPolicy",
    key: "withdrawal",
    input: SetWithdrawalPolicyInput,
    get: getWithdrawalPolicy,
    run: setWithdrawalPolicy,
  }),
  decideWithdrawal: action({
    name: "finance.decideWithdrawal",
    input: DecideWithdrawalInput,
    run: decideWithdrawal,
    subjectOf: ({ withdrawalId }) => `withdrawal:${withdrawalId}`,
    reasonOf: ({ note }) => note || null,
    async before(ctx, input) {
      const { status, amountFen, anchorId } = await getNamed(ctx, input);
      return { status, amountFen, anchorId };
    },
    concerns: async (ctx, input) => (input.approve ? (await getNamed(ctx, input)).anchorId : null),
    needsFreshFactor: isLargePayout,
    needsTwo: isLargePayout,
  }),
  setCapsPolicy: policyAction({
    name: "wallet.setCapsPolicy",
    key: "spending-caps",
    input: SetCapsPolicyInput,
    get: getCapsPolicy,
    run: setCapsPolicy,
  }),
  createProduct: action({
    name: "product.create",
    input: ProductCreateInput,
    run: createProduct,
    subjectOf: ({ productId }) => `product:${productId}`,
    reasonOf: ({ reason }) => reason,
  }),
  updateProduct: action({
    name: "product.update",
    input: ProductUpdateInput,
    run: updateProduct,
    subjectOf: ({ productId }) => `product:${productId}`,
    reasonOf: ({ reason }) => reason,
    before: (ctx, { productId }) => getProduct(ctx, productId),
    // What coins cost, and that they are sold at all; where they stand in the list is for one to say.
    needsTwo: async (_ctx, { coins, priceFen, enabled }) =>
      coins !== undefined || priceFen !== undefined || enabled === true,
  }),
  grantRain: action({
    name: "rain.grant",
    input: GrantRainInput,
    run: grantRain,
    subjectOf: ({ anchorId }) => `anchor:${anchorId}`,
    reasonOf: ({ reason }) => reason,
    concerns: (_ctx, { anchorId }) => anchorId,
  }),
  revokeGrant: action({
    name: "rain.revokeGrant",
    input: RevokeRainGrantInput,
    run: revokeRainGrant,
    subjectOf: ({ grantId }) => `rain-grant:${grantId}`,
    reasonOf: ({ reason }) => reason,
    async before({ live }, { grantId }) {
      const grant = await findGrant(live, grantId);
      return grant && { anchorId: grant.anchorId, coins: grant.coins, usedCoins: grant.usedCoins };
    },
  }),
  setRainPolicy: policyAction({
    name: "rain.setPolicy",
    key: "rain",
    input: SetRainPolicyInput,
    get: getRainPolicy,
    run: setRainPolicy,
  }),
  creditDeadLetter: action({
    name: "ops.creditDeadLetter",
    input: CreditDeadLetterInput,
    run: creditDeadLetter,
    subjectOf: ({ deadLetterId }) => `dead-letter:${deadLetterId}`,
    reasonOf: ({ reason }) => reason,
    async before(ctx, input) {
      const { status, userId, rainId, packetIndex, coins } = await getDeadLetter(ctx, input);
      return { status, userId, rainId, packetIndex, coins };
    },
    concerns: async (ctx, input) => (await getDeadLetter(ctx, input)).userId,
    // Out of its rain's escrow it only gets what it had won.
    needsTwo: async (_ctx, { from }) => from === "promotion",
  }),
  setRole: action({
    name: "people.setRole",
    input: SetRoleInput,
    run: (ctx, input) => setRole(ctx, { ...input, actorId: ctx.session.userId, approval: ctx.approval }),
    subjectOf: ({ userId }) => `user:${userId}`,
    reasonOf: ({ reason }) => reason,
    async before({ live }, { userId }) {
      const person = await findPerson(live, userId);
      if (!person) throw new BizError("NOT_FOUND", { field: "userId" });
      return { role: person.role };
    },
    needsFreshFactor: () => true,
    // Whoever gives up being an operator decides that alone.
    concerns: (_ctx, { userId, role }) => (role === "operator" ? userId : null),
  }),
  decideApplication: action({
    name: "people.decideApplication",
    input: DecideApplicationInput,
    run: decideApplication,
    subjectOf: ({ applicationId }) => `application:${applicationId}`,
    reasonOf: ({ reason }) => reason,
    async before(ctx, input) {
      const { userId, about, status } = await getApplication(ctx, input);
      return { userId, about, status };
    },
    concerns: async (ctx, input) => (await getApplication(ctx, input)).userId,
    // A no gives nobody anything.
    needsTwo: async (_ctx, { approve }) => approve,
  }),
  setSetting: action({
    name: "ops.setSetting",
    input: SetSettingInput,
    run: setSetting,
    subjectOf: ({ name }) => `policy:setting:${name}`,
    reasonOf: ({ reason }) => reason,
    before: getSetting,
    needsTwo: async (_ctx, input) => needsSecondOperator(input),
  }),
  setMediaHosts: policyAction({
    name: "ops.setMediaHosts",
    key: "media-hosts",
    input: SetMediaHostsInput,
    get: getMediaHostsPolicy,
    run: setMediaHostsPolicy,
  }),
  setChatWords: policyAction({
    name: "chat.setWords",
    key: "chat-words",
    input: SetChatWordsInput,
    get: getChatWords,
    run: setChatWords,
  }),
  setRetentionPolicy: policyAction({
    name: "ops.setRetentionPolicy",
    key: "retention",
    input: SetRetentionPolicyInput,
    get: getRetentionPolicy,
    run: setRetentionPolicy,
  }),
  setPhoneChangePolicy: policyAction({
    name: "ops.setPhoneChangePolicy",
    key: "phone-change",
    input: SetPhoneChangePolicyInput,
    get: getPhoneChangePolicy,
    run: setPhoneChangePolicy,
  }),
  setAlarmRule: action({
    name: "ops.setAlarmRule",
    input: SetAlarmRuleInput,
    run: setAlarmRule,
    subjectOf: ({ metric }) => `alarm-rule:${metric}`,
    reasonOf: ({ reason }) => reason,
    before: async (ctx, { metric }) => (await getAlarmRulesPolicy(ctx))[metric],
  }),
  setTierPolicy: policyAction({
    name: "analytics.setTierPolicy",
    key: "analytics-tiers",
    input: SetTierPolicyInput,
    get: getTierPolicy,
    run: setTierPolicy,
  }),
  setFourEyesPolicy: policyAction({
    name: "ops.setFourEyesPolicy",
    key: "four-eyes",
    input: SetFourEyesPolicyInput,
    get: getFourEyes,
    run: setFourEyesPolicy,
  }),
};

const BY_NAME: ReadonlyMap<string, DualAction> = new Map(
  Object.values(DUAL_ACTIONS).map((one) => [one.name, one as unknown as DualAction]),
);

export function findDualAction(name: string): DualAction | undefined {
  return BY_NAME.get(name);
}
