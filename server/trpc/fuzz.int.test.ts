import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabases, type TestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import { ERRORS } from "@/domain/contracts/errors";
import { seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import type { Sandbox } from "@/workers/payment-sandbox/server";
import { SANDBOX_SECRET, startTestSandbox } from "../testing/recharge-harness";
import { startWebHarness, type WebHarness } from "../testing/web-harness";
import { appRouter } from "./router";

let databases: TestDatabases;
let redis: TestRedis;
let web: WebHarness;
let sandbox: Sandbox;
const callers: Record<string, ApiClient> = {};

beforeAll(async () => {
  [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  sandbox = await startTestSandbox();
  web = await startWebHarness(
    { ...databases, ...redis },
    {
      PAYMENT_SANDBOX_URL: sandbox.url,
      PAYMENT_SANDBOX_SECRET: SANDBOX_SECRET,
      RATE_LIMIT_RECHARGE: "1000000/10",
      RATE_LIMIT_RAIN_CREATE: "1000000/10",
      RATE_LIMIT_RAIN: "1000000/10",
      RATE_LIMIT_RAIN_CLAIM: "1000000/1",
      RATE_LIMIT_ANONYMOUS: "1000000/10",
      RATE_LIMIT_USER: "1000000/10",
      RATE_LIMIT_CHAT_SEND: "1000000/5",
      RATE_LIMIT_ROOM_OPEN: "1000000/10",
      RATE_LIMIT_GIFT_SEND: "1000000/1",
    },
  );
  for (const [role, phone] of [
    ["viewer", "+8613800000001"],
    ["anchor", "+8613900000001"],
    ["operator", "+8613700000001"],
  ] as const) {
    callers[role] = new ApiClient(web.url);
    await callers[role].signInByPhone(phone);
  }
  callers.guest = new ApiClient(web.url);
  await callers.guest.signInAsGuest();
  callers.nobody = new ApiClient(web.url);
});
afterAll(async () => {
  await web?.close();
  await sandbox?.close();
  await Promise.all([databases?.drop(), redis?.drop()]);
});

/** Each stands for a way in which clients go wrong, or attackers right. */
const VALUES: unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  2 ** 53,
  "",
  " ",
  "a",
  "x".repeat(5_000),
  "\u0000",
  "a\u0000b",
  "\ud800",
  "💥👩‍👩‍👧\u202e",
  "'; DROP TABLE users; --",
  "%_\\",
  "../../etc/passwd",
  "00000000-0000-0000-0000-000000000000",
  "FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "2026-02-30T00:00:00Z",
  "-1",
  "NaN",
  "eyJpZCI6LTF9",
  Buffer.from('{"id":99999999999999999999,"seq":-1}').toString("base64url"),
  Buffer.from("[1]").toString("base64url"),
  [],
  ["a", "a", "\u0000"],
  {},
  { __proto__: { polluted: true } },
];

/** An input that each procedure takes, so that one field at a time can go wrong. */
const uuid = () => randomUUID();
const VALID: Record<string, () => Record<string, unknown>> = {
  "me.startPhoneChange": () => ({ changeId: uuid(), phoneNumber: "+15550001111" }),
  "me.confirmPhoneChange": () => ({
    changeId: uuid(),
    phoneNumber: "+15550001111",
    oldCode: "000000",
    newCode: "000000",
  }),
  "me.updateProfile": () => ({
    nickname: "Fuzzy",
    givesAnonymously: false,
    plainLobby: false,
    tags: ["tea"],
    gender: "female",
    birthYear: 1990,
  }),
  "me.removePicture": () => ({ kind: "avatar" }),
  "me.endSession": () => ({ sessionId: uuid() }),
  "follow.get": () => ({ anchorId: uuid() }),
  "follow.set": () => ({ anchorId: uuid(), following: true }),
  "follow.list": () => ({ cursor: undefined, limit: 5 }),
  "category.create": () => ({ categoryId: "fuzzy", nameEn: "F", nameZh: "F", sortOrder: 5, reason: "r" }),
  "category.update": () => ({
    categoryId: "fuzzy",
    nameEn: "F",
    nameZh: "F",
    sortOrder: 5,
    enabled: false,
    reason: "r",
  }),
  "room.list": () => ({
    cursor: undefined,
    limit: 5,
    tag: "x",
    category: "music",
    search: "x",
    sort: "forYou",
  }),
  "room.get": () => ({ roomId: uuid() }),
  "room.open": () => ({ title: "T", category: "c", tags: ["t"] }),
  "room.close": () => ({ roomId: uuid() }),
  "room.eventsAfter": () => ({ roomId: uuid(), seq: 0 }),
  "room.stats": () => ({ roomId: uuid() }),
  "room.sessions": () => ({ cursor: undefined, limit: 5 }),
  "room.updateSettings": () => ({
    roomId: uuid(),
    streamUrl: "https://cdn.example/live.m3u8",
    chatPerSecond: 5,
    slowModeSeconds: 5,
    guestsMayChat: true,
    topIsPublic: true,
  }),
  "room.top": () => ({ roomId: uuid(), window: "day" }),
  "room.kick": () => ({ roomId: uuid(), userId: uuid(), minutes: 5, reason: "spam" }),
  "room.mute": () => ({ roomId: uuid(), userId: uuid(), minutes: 5, reason: "spam" }),
  "room.restore": () => ({ roomId: uuid(), userId: uuid() }),
  "room.unmute": () => ({ roomId: uuid(), userId: uuid() }),
  "room.restricted": () => ({ roomId: uuid() }),
  "room.search": () => ({ text: "x", state: "live", cursor: undefined, limit: 5 }),
  "room.edit": () => ({
    roomId: uuid(),
    title: "x",
    category: "c",
    tags: ["t"],
    removeCover: true,
    reason: "r",
  }),
  "room.ban": () => ({ roomId: uuid(), reason: "r", until: "2199-01-01T00:00:00Z" }),
  "room.unban": () => ({ roomId: uuid(), reason: "r" }),
  "tag.search": () => ({ text: "x" }),
  "tag.list": () => ({ text: "x", cursor: undefined, limit: 5 }),
  "tag.update": () => ({ tag: "x", label: "y", kind: "z", reason: "r" }),
  "tag.merge": () => ({ fromTag: "x", intoTag: "y", reason: "r" }),
  "me.applyAnchor": () => ({ applicationId: uuid(), about: "x" }),
  "people.applications": () => ({ status: "open", cursor: undefined, limit: 5 }),
  "people.decideApplication": () => ({ applicationId: uuid(), approve: true, reason: "r" }),
  "product.create": () => ({ productId: "x", coins: 1, priceFen: 1, sortOrder: 1, reason: "r" }),
  "product.update": () => ({
    productId: "x",
    coins: 1,
    priceFen: 1,
    sortOrder: 1,
    enabled: false,
    reason: "r",
  }),
  "product.disable": () => ({ productId: "x", reason: "r" }),
  "people.search": () => ({ text: "x", role: "viewer", cursor: undefined, limit: 5 }),
  "people.get": () => ({ userId: uuid() }),
  "people.sessions": () => ({ userId: uuid() }),
  "people.endSessions": () => ({ userId: uuid(), sessionId: uuid(), reason: "r" }),
  "people.resetSecondFactor": () => ({ userId: uuid(), reason: "r" }),
  // None waits, and none is in force.
  "me.confirmSecondFactor": () => ({ code: "123456" }),
  "me.verifySecondFactor": () => ({ code: "123456" }),
  "people.setRole": () => ({ userId: uuid(), role: "anchor", reason: "r" }),
  "people.ban": () => ({ userId: uuid(), reason: "r", until: "2199-01-01T00:00:00Z" }),
  "people.unban": () => ({ userId: uuid(), reason: "r" }),
  "people.restrict": () => ({
    userId: uuid(),
    kind: "room",
    reason: "r",
    until: "2199-01-01T00:00:00Z",
    restrictionId: uuid(),
  }),
  "people.liftRestriction": () => ({ restrictionId: uuid(), reason: "r" }),
  "chat.send": () => ({ roomId: uuid(), messageId: uuid(), text: "hi" }),
  "chat.remove": () => ({ roomId: uuid(), senderId: uuid(), messageId: uuid(), reason: "rude" }),
  "chat.hide": () => ({ roomId: uuid(), userId: uuid(), reason: "rude" }),
  "chat.report": () => ({ roomId: uuid(), messageId: uuid(), senderId: uuid(), reason: "spam" }),
  "chat.reports": () => ({ roomId: uuid(), cursor: undefined, limit: 5 }),
  "chat.decideReport": () => ({
    roomId: uuid(),
    senderId: uuid(),
    messageId: uuid(),
    remove: true,
    reason: "spam",
  }),
  "chat.restore": () => ({ roomId: uuid(), senderId: uuid(), messageId: uuid() }),
  "chat.delete": () => ({ roomId: uuid(), messageId: uuid(), senderId: uuid(), reason: "rude" }),
  "room.setModerator": () => ({ roomId: uuid(), userId: uuid(), on: true }),
  "room.people": () => ({ roomId: uuid(), text: "a", cursor: undefined, limit: 5 }),
  "chat.held": () => ({ roomId: uuid() }),
  "chat.decideHeld": () => ({
    roomId: uuid(),
    senderId: uuid(),
    messageId: uuid(),
    show: true,
    reason: "fine",
  }),
  "chat.setWords": () => ({
    usesStarter: true,
    refuse: ["rude*"],
    author: ["ad"],
    hold: ["odd"],
    allow: ["rudely"],
    reason: "r",
  }),
  "chat.tryWords": () => ({ text: "hi" }),
  "chat.removed": () => ({ roomId: uuid(), before: new Date().toISOString(), limit: 5 }),
  "chat.searchRemoved": () => ({ person: "a", room: "b", cursor: undefined, limit: 5 }),
  "chat.history": () => ({ roomId: uuid(), before: new Date().toISOString(), beforeId: uuid(), limit: 5 }),
  "gift.get": () => ({ giftId: "car" }),
  "gift.send": () => ({
    giftOrderId: uuid(),
    roomId: uuid(),
    giftId: "car",
    count: 1,
    comboId: uuid(),
    anonymous: false,
  }),
  "gift.status": () => ({ giftOrderId: uuid() }),
  "gift.history": () => ({ side: "sent", cursor: undefined, limit: 5 }),
  "gift.search": () => ({
    text: undefined,
    status: "settled",
    giftId: "car",
    viewer: "a",
    room: "b",
    coinsMin: 1,
    coinsMax: 500,
    from: "2026-01-01T00:00:00Z",
    to: "2999-01-01T00:00:00Z",
    cursor: undefined,
    limit: 5,
  }),
  "gift.refund": () => ({ senderId: uuid(), giftOrderId: uuid(), refundId: uuid(), reason: "r" }),
  "gift.refunds": () => ({ cursor: undefined, limit: 5 }),
  "gift.checkFile": () => ({ svgaUrl: "https://10.0.0.1/effect.svga" }),
  "gift.create": () => ({
    giftId: `g${uuid().slice(0, 8)}`,
    nameEn: "G",
    nameZh: "礼",
    priceCoins: 5,
    effect: "car",
    svgaUrl: null,
    sortOrder: 5,
  }),
  "gift.update": () => ({
    giftId: "halloween",
    nameEn: "H",
    priceCoins: 45,
    svgaUrl: null,
    enabled: true,
    reason: "r",
  }),
  "gift.disable": () => ({ giftId: "genie", reason: "r" }),
  "wallet.statement": () => ({ cursor: undefined, limit: 5, type: "gift", from: undefined, to: undefined }),
  "wallet.setCaps": () => ({ giftCoinsMax: 500, dayCoinsMax: null, monthCoinsMax: 5_000 }),
  "wallet.find": () => ({ text: "a" }),
  "wallet.inspect": () => ({ userId: uuid() }),
  "wallet.statementOf": () => ({ userId: uuid(), cursor: undefined, limit: 5, type: "gift" }),
  "wallet.freeze": () => ({ userId: uuid(), reason: "r" }),
  "wallet.unfreeze": () => ({ userId: uuid(), reason: "r" }),
  "wallet.setCapsOf": () => ({
    userId: uuid(),
    giftCoinsMax: 500,
    dayCoinsMax: null,
    monthCoinsMax: 5_000,
    reason: "r",
  }),
  "wallet.setCapsPolicy": () => ({
    giftCoinsMax: 500_000,
    dayCoinsMax: 2_000_000,
    monthCoinsMax: 20_000_000,
    reason: "r",
  }),
  "wallet.paymentLife": () => ({ paymentId: uuid() }),
  "wallet.recover": () => ({ recoveryId: uuid(), paymentId: uuid(), reason: "r" }),
  "wallet.recharge": () => ({ orderId: uuid(), productId: "coins-60" }),
  "wallet.order": () => ({ orderId: uuid() }),
  "wallet.orders": () => ({ cursor: undefined, limit: 5 }),
  "wallet.rechargeOrders": () => ({ cursor: undefined, limit: 5, status: "paid", userId: uuid() }),
  "finance.lines": () => ({ cursor: undefined, limit: 5 }),
  "finance.reversals": () => ({ cursor: undefined, limit: 5 }),
  "finance.settlementRuns": () => ({ cursor: undefined, limit: 5 }),
  "finance.settlementLines": () => ({ cursor: undefined, limit: 5, anchorId: uuid() }),
  "finance.recomputeLine": () => ({ lineId: "1", cursor: undefined, limit: 5 }),
  "finance.withdraw": () => ({
    withdrawalId: uuid(),
    amountFen: 100,
    payoutAccount: { kind: "bank", name: "Aria", number: "6222020205112233445" },
    accountCode: undefined,
  }),
  "finance.sendAccountCode": () => ({
    payoutAccount: { kind: "bank", name: "Aria", number: "6222020205112233445" },
  }),
  "finance.payoutHolds": () => ({ anchorId: uuid() }),
  "finance.holdPayouts": () => ({ holdId: uuid(), anchorId: uuid(), reason: "r", days: 3 }),
  "finance.liftPayoutHold": () => ({ holdId: uuid(), reason: "r" }),
  "finance.withdrawals": () => ({ cursor: undefined, limit: 5 }),
  "finance.searchWithdrawals": () => ({
    cursor: undefined,
    limit: 5,
    status: "requested",
    anchorId: uuid(),
    stuck: false,
  }),
  "finance.decideWithdrawal": () => ({ withdrawalId: uuid(), anchorId: uuid(), approve: true, note: "n" }),
  "finance.retryPayout": () => ({ withdrawalId: uuid(), anchorId: uuid(), reason: "r" }),
  "finance.setWithdrawalPolicy": () => ({
    minimumFen: 100,
    dailyMaxFen: 20_000_000,
    approvalThresholdFen: 100_000,
    reason: "r",
  }),
  "finance.reconciliation": () => ({ runId: "1" }),
  "pk.invite": () => ({
    pkId: uuid(),
    anchorIds: [uuid()],
    durationSeconds: 300,
    counts: "gift",
    giftId: "rose",
  }),
  "pk.accept": () => ({ pkId: uuid() }),
  "pk.decline": () => ({ pkId: uuid() }),
  "pk.leave": () => ({ pkId: uuid() }),
  "pk.current": () => ({ roomId: uuid() }),
  "pk.result": () => ({ pkId: uuid() }),
  "pk.candidates": () => ({ name: "a" }),
  "pk.stop": () => ({ pkId: uuid(), reason: "r" }),
  "rain.create": () => ({
    remark: "x",
    rainId: uuid(),
    code: uuid(),
    budgetCoins: 100,
    packetCount: 10,
    durationSeconds: 60,
    claimsPerViewer: 1,
    fundedBy: "promotion",
    startsAt: undefined,
  }),
  "rain.prepare": () => ({ rainId: uuid() }),
  "rain.start": () => ({ rainId: uuid(), countdownSeconds: 3 }),
  "rain.finish": () => ({ rainId: uuid() }),
  "rain.mine": () => ({ cursor: undefined, limit: 5 }),
  "rain.get": () => ({ rainId: uuid() }),
  "rain.current": () => ({ roomId: uuid() }),
  "rain.claim": () => ({ code: uuid(), roomId: uuid(), claimId: uuid() }),
  "rain.result": () => ({ rainId: uuid() }),
  "rain.verify": () => ({ rainId: uuid() }),
  "rain.claims": () => ({ rainId: uuid(), fromIndex: 0, limit: 5 }),
  "rain.search": () => ({ cursor: undefined, limit: 5, status: "started", anchorId: uuid(), roomId: uuid() }),
  "rain.stop": () => ({ rainId: uuid(), reason: "r" }),
  "rain.grants": () => ({ cursor: undefined, limit: 5, anchorId: uuid() }),
  "rain.grant": () => ({ grantId: uuid(), anchorId: uuid(), coins: 5, expiresAt: undefined, reason: "r" }),
  "rain.revokeGrant": () => ({ grantId: uuid(), reason: "r" }),
  "rain.setPolicy": () => ({
    budgetCoinsMax: 1_000_000,
    dayBudgetCoinsMax: 5_000_000,
    packetCountMax: 100_000,
    durationSecondsMax: 600,
    claimsPerViewerMax: 5,
    madeGoodDayCoinsMax: 100_000,
    reason: "r",
  }),
  "ops.trace": () => ({ traceId: "0af7651916cd43dd8448eb211c80319c" }),
  "ops.traces": () => ({ text: uuid() }),
  "ops.services": () => ({ show: "all", text: "web", cursor: undefined, limit: 5 }),
  "ops.setAlarmRule": () => ({
    metric: "eventLoopMs",
    enabled: true,
    threshold: 500,
    clearAt: 250,
    forSeconds: 60,
    reason: "r",
  }),
  "ops.alarms": () => ({ all: true, cursor: undefined, limit: 5 }),
  "ops.acknowledgeAlarm": () => ({ alarmId: 1, note: "n" }),
  "ops.deadLetters": () => ({ kind: "gift", status: "open", cursor: undefined, limit: 5 }),
  "ops.deadLetter": () => ({ deadLetterId: uuid() }),
  "ops.decideDeadLetter": () => ({ deadLetterId: uuid(), decision: "dismiss", reason: "r" }),
  "ops.requeue": () => ({ deadLetterId: uuid(), reason: "r" }),
  "ops.creditDeadLetter": () => ({ deadLetterId: uuid(), from: "escrow", reason: "r" }),
  "ops.setFourEyesPolicy": () => ({ mode: "auto", largePayoutFen: 1_000_000, reason: "r" }),
  "ops.proposals": () => ({ all: true, cursor: undefined, limit: 5 }),
  "ops.decideProposal": () => ({ proposalId: uuid(), approve: true, reason: "r" }),
  "ops.resolveProposal": () => ({ proposalId: uuid(), done: true, reason: "r" }),
  // Nobody who calls comes from there.
  "ops.blockIp": () => ({
    range: "192.0.2.0/24",
    reason: "r",
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    confirmed: false,
  }),
  "ops.unblockIp": () => ({ range: "192.0.2.0/24", reason: "r" }),
  "ops.settingHistory": () => ({ name: "LOG_LEVEL" }),
  "ops.setSetting": () => ({ name: "ROOM_CHAT_PER_SECOND", value: "20", reason: "r" }),
  "ops.setMediaHosts": () => ({ hosts: ["cdn.example"], reason: "r" }),
  "ops.setPhoneChangePolicy": () => ({ payoutHoldDays: 3, reason: "r" }),
  "ops.setRetentionPolicy": () => ({
    codesDays: 1,
    sessionsDays: 30,
    guestsDays: 90,
    chatDays: null,
    callbacksDays: 365,
    reason: "r",
  }),
  "analytics.tips": () => ({
    from: "2026-01-01T00:00:00Z",
    to: "2026-02-01T00:00:00Z",
    groupBy: ["hour", "anchor"],
    anchorIds: [uuid()],
    anchorGender: "female",
    viewerGender: "unsaid",
  }),
  "analytics.audience": () => ({ week: "2026-01-05" }),
  "analytics.profiles": () => ({ window: "30d", tier: "high", cursor: undefined, limit: 5 }),
  "analytics.affinity": () => ({ tag: "x", limit: 5 }),
  "analytics.viewer": () => ({ userId: uuid() }),
  "analytics.runs": () => ({ cursor: undefined, limit: 5 }),
  "analytics.run": () => ({ reason: "r" }),
  "analytics.setSchedule": () => ({ everyMinutes: 120, reason: "r" }),
  "analytics.setTierPolicy": () => ({ highTopPercent: 20, midTopPercent: 80, reason: "r" }),
  "simulator.status": () => ({ runId: uuid(), after: -1 }),
  "simulator.prepare": () => ({ anchors: 1, viewers: 10, guests: 2, seed: 1, reason: "r" }),
  "simulator.start": () => ({
    runId: uuid(),
    giftsPerSecond: 1,
    minutes: 1,
    sockets: 0,
    seed: 1,
    reason: "r",
  }),
  "simulator.setRate": () => ({ runId: uuid(), giftsPerSecond: 2, reason: "r" }),
  "simulator.stop": () => ({ reason: "r" }),
  "simulator.remove": () => ({ reason: "r" }),
  "ops.jobHistory": () => ({ name: "reconciliation" }),
  "ops.updateJob": () => ({ name: "reconciliation", everyMs: 60_000, paused: false, reason: "r" }),
  "ops.runJob": () => ({ name: "reconciliation", reason: "r" }),
  "finance.setShare": () => ({
    anchorId: uuid(),
    shareBps: 5_000,
    effectiveAt: "2099-01-01T00:00:00Z",
    reason: "r",
  }),
};
const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>,
);

/** Every answer is a result or an error with a name, never a 9000; and the process goes on. */
async function tryInput(role: string, procedure: string, type: string, input: unknown): Promise<void> {
  const client = callers[role] as ApiClient;
  const answer =
    type === "query" ? await client.query(procedure, input) : await client.mutate(procedure, input);
  if (answer.status === 200) return;
  const { name } = answer.error ?? {};
  expect({ role, procedure, input, status: answer.status, name }).toMatchObject({
    status: expect.toSatisfy((status: number) => status < 500),
    name: expect.toSatisfy(
      (known: string) => known in ERRORS && known !== "INTERNAL" && known !== "UNAVAILABLE",
    ),
  });
}

describe("bad input", () => {
  it("has a valid example of every procedure that takes input", () => {
    const withInput = procedures.filter(
      ([, procedure]) => (procedure._def as unknown as { inputs: unknown[] }).inputs.length > 0,
    );
    expect(withInput.map(([name]) => name).sort()).toEqual(Object.keys(VALID).sort());
  });

  it.each(procedures.map(([name, procedure]) => [name, procedure._def.type] as const))(
    "%s never breaks (%s)",
    async (name, type) => {
      const role =
        name.startsWith("finance.s") ||
        /^(ops\.|category\.|analytics\.(?!audience)|simulator\.|finance\.(reco|decide|retry)|pk\.stop|rain\.(search|stop|grant|revoke|policy|setPolicy))/.test(
          name,
        ) ||
        /gift\.(create|update|disable|refund|search)|wallet\.(find|inspect|statementOf|freeze|unfreeze|setCapsOf|setCapsPolicy|recover)/.test(
          name,
        )
          ? "operator"
          : /room\.(open|close|stats|sessions)|analytics\.audience|finance\.|pk\.(invite|accept|decline|leave|mine|cand)|rain\.(create|prepare|start|finish|mine|get)/.test(
                name,
              )
            ? "anchor"
            : "viewer";
      const inputs: unknown[] = [...VALUES];
      const valid = VALID[name];
      if (valid) {
        inputs.push(valid());
        for (const field of Object.keys(valid())) {
          for (const value of VALUES) inputs.push({ ...valid(), [field]: value });
        }
      }
      expect(inputs.length).toBeGreaterThan(30);
      for (const input of inputs) await tryInput(role, name, type, input);
      for (const who of ["nobody", "guest", "viewer", "anchor", "operator"]) {
        await tryInput(who, name, type, valid?.());
      }
    },
  );

  it("names the field", async () => {
    const answer = await (callers.viewer as ApiClient).mutate("gift.send", {
      ...VALID["gift.send"]?.(),
      count: -1,
    });
    expect(answer.error).toMatchObject({ name: "INVALID_INPUT", code: 1000, details: { field: "count" } });
  });

  it("has changed nothing that is money", async () => {
    const [totals] = await web.resources.live.sql`SELECT sum(balance_coins) AS coins FROM ledger_accounts`;
    expect(totals?.coins).toBe("0");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
