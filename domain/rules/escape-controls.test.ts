import { expect, it } from "vitest";
import { escapeControls, escapeControlsOfLines } from "./escape-controls";

it("shows what would act on a terminal or start a line", () => {
  expect(escapeControls("a\u001b[31mb\nc\rd\u009b2Je\u2028f\u202eg\u0007h\u007fi")).toBe(
    "a\\u001b[31mb\\u000ac\\u000dd\\u009b2Je\\u2028f\\u202eg\\u0007h\\u007fi",
  );
});

it("leaves what people write", () => {
  const text = '王小明 "a\\b" 👩‍👩‍👧 naïve';
  expect(escapeControls(text)).toBe(text);
});

it("leaves the lines of several", () => {
  expect(escapeControlsOfLines("a\n\u001bb\u2029c")).toBe("a\n\\u001bb\\u2029c");
});

it("keeps JSON what it was", () => {
  const value = { nickname: "a\u2028\u202e\u009b\u007f", other: "\n\u0000" };
  expect(JSON.parse(escapeControlsOfLines(JSON.stringify(value)))).toEqual(value);
});
