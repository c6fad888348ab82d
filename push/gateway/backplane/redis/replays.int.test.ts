import { joinTestGateways } from "../../testing/join-test-gateways";

// What holds for one node holds for one of several, with everything going through Redis.
joinTestGateways({ isEmptiedAfterEach: true });
await import("../../protocol/replays.int.test");
