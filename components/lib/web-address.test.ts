import { expect, it } from "vitest";
import { webAddress } from "./web-address";

it("is one of the web, as it was read", () => {
  expect(webAddress("https://pay.example/a?b=c#d")).toBe("https://pay.example/a?b=c#d");
  expect(webAddress("http://localhost:7001/pay/1")).toBe("http://localhost:7001/pay/1");
});

it.each([
  "javascript:alert(1)",
  " javascript:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,x",
  "//host",
  "/pay",
  "",
])("is not %j", (address) => expect(webAddress(address)).toBeNull());
