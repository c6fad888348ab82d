import { expect, it } from "vitest";
import { fenToYuanText, formatCsvLine } from "./csv";

it.each([
  [["a", 1, null, "b"], "a,1,,b\r\n"],
  [['say "hi"', "a,b", "two\nlines"], '"say ""hi""","a,b","two\nlines"\r\n'],
  [["=1+1", "+86", "-x", "@x", "\tx"], "'=1+1,'+86,'-x,'@x,'\tx\r\n"],
  [['=HYPERLINK("x","y")'], '"\'=HYPERLINK(""x"",""y"")"\r\n'],
  [[-5], "-5\r\n"],
])("writes %j as %j", (cells, line) => expect(formatCsvLine(cells)).toBe(line));

it.each([
  [0, "0.00"],
  [5, "0.05"],
  [-5, "-0.05"],
  [123_456, "1234.56"],
  [-100, "-1.00"],
])("writes %d fen as %s", (fen, text) => expect(fenToYuanText(fen)).toBe(text));
