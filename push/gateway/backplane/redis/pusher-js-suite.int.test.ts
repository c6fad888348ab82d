import { joinTestGateways } from "../../testing/join-test-gateways";

// The two clients are on two nodes here.
joinTestGateways({ isEmptiedAfterEach: false });
await import("../../protocol/pusher-js-suite.int.test");
