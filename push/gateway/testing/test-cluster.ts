import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { createTestRedis, type TestRedis } from "@/db/testing/create-test-redis";
import type { App } from "../apps";
import type { GatewayLimits } from "../limits/limits";
import { RawClient } from "./raw-client";
import { startChildGateway } from "./start-child-gateway";
import { startTestGateway, TEST_APP, type TestGateway } from "./test-gateway";
import { startWebhookReceiver } from "./webhook-receiver";

/** Nodes in one process stand still together; none of them may take the others, or Redis, for dead because of it. */
const LIMITS: Partial<GatewayLimits> = {
  leaseMs: 15_000,
  redisTimeoutMs: 15_000,
  heartbeatMs: 300,
  subscriptionCountMs: 50,
  webhookGatherMs: 1,
};

/** Two or more gateways with one Redis and one app, which tells its webhooks to `receiver`. Anew for each test. */
export class TestCluster {
  nodes: TestGateway[] = [];
  redisUrl = "";
  receiver!: Awaited<ReturnType<typeof startWebhookReceiver>>;
  private readonly clients: RawClient[] = [];
  private readonly children: Awaited<ReturnType<typeof startChildGateway>>[] = [];

  constructor(private readonly nodeCount: number) {
    let testRedis: TestRedis;
    beforeAll(async () => {
      testRedis = await createTestRedis();
      this.redisUrl = testRedis.redisUrl;
    });
    beforeEach(async () => {
      this.receiver = await startWebhookReceiver();
      for (let index = 0; index < this.nodeCount; index += 1) await this.startNode();
    });
    afterEach(async () => {
      await Promise.all(this.clients.splice(0).map((client) => client.close()));
      await Promise.all([
        ...this.nodes.splice(0).map((node) => node.close()),
        ...this.children.splice(0).map((child) => child.kill9()),
      ]);
      await this.receiver.close();
      const redis = new Redis(this.redisUrl);
      await redis.flushdb();
      redis.disconnect();
    });
    afterAll(() => testRedis.drop());
  }

  get app(): App {
    return { ...TEST_APP, webhooks: [{ url: this.receiver.url }] };
  }

  node(index: number): TestGateway {
    const node = this.nodes[index];
    if (!node) throw new RangeError(`No node ${index}.`);
    return node;
  }

  async startNode(limits: Partial<GatewayLimits> = {}): Promise<TestGateway> {
    const node = await startTestGateway({ ...LIMITS, ...limits }, [this.app], this.redisUrl);
    this.nodes.push(node);
    return node;
  }

  /** One more node, in a process of its own; its lease is short, so that nobody waits long for it to be given up. */
  async startChild(limits: Partial<GatewayLimits> = {}) {
    const child = await startChildGateway({
      apps: [this.app],
      limits: { ...LIMITS, leaseMs: 1_500, ...limits },
      redisUrl: this.redisUrl,
    });
    this.children.push(child);
    return child;
  }

  /** A client of the node with this index or port. */
  async connect(at: number): Promise<RawClient> {
    const client = await RawClient.connect(at < this.nodes.length ? this.node(at).port : at, this.app);
    this.clients.push(client);
    return client;
  }
}
