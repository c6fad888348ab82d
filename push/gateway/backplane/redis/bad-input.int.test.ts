import { joinTestGateways } from "../../testing/join-test-gateways";

// What holds for one node holds for one of several, with everything going through Redis.
joinTestGateways({ isEmptiedAfterEach: false });
await import("../../protocol/bad-input.int.test");
