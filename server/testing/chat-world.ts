import { createTestDatabases } from "@/db/testing/create-test-databases";
import { createTestRedis } from "@/db/testing/create-test-redis";
import { finishBackground } from "@/platform/runtime/background";
import { seedDemo } from "@/scripts/seed-demo";
import { ApiClient } from "@/testkit/api-client";
import { startWebHarness, type WebHarness } from "./web-harness";

/** Limits that no test of what is said comes to. */
const SETTINGS = {
  RATE_LIMIT_ANONYMOUS: "100000/10",
  RATE_LIMIT_USER: "100000/10",
  RATE_LIMIT_CHAT_SEND: "1000/5",
  RATE_LIMIT_MODERATION: "1000/60",
  ROOM_CHAT_PER_SECOND: "100",
};

/** Web processes over stores of their own with the demo people in them. */
export interface ChatWorld {
  processes: [WebHarness, ...WebHarness[]];
  /** A browser signed in by a demo person's phone, at the first process or another one. */
  signIn(phone: string, process?: WebHarness): Promise<ApiClient>;
  close(): Promise<void>;
}

export async function openChatWorld(processCount = 1): Promise<ChatWorld> {
  const [databases, redis] = await Promise.all([createTestDatabases(), createTestRedis()]);
  await seedDemo(databases);
  const start = () => startWebHarness({ ...databases, ...redis }, SETTINGS);
  const processes: ChatWorld["processes"] = [await start()];
  while (processes.length < processCount) processes.push(await start());
  return {
    processes,
    async signIn(phone, process = processes[0]) {
      const client = new ApiClient(process.url);
      await client.signInByPhone(phone);
      return client;
    },
    async close() {
      await finishBackground();
      await Promise.all(processes.map((process) => process.close()));
      await Promise.all([databases.drop(), redis.drop()]);
    },
  };
}
