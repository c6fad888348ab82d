import { refuse } from "./refuse-gift-file";

/** One field of a protobuf message; groups, which no one writes any more, are refused. */
export type ProtoField =
  | { id: number; wire: "varint"; value: number }
  | { id: number; wire: "bytes"; value: Buffer }
  | { id: number; wire: "fixed32"; value: number };

/** How many fields a reader goes through at most, in all messages together. */
export interface FieldBudget {
  fields: number;
}

/**
 * The fields of a message in their order (https://protobuf.dev/programming-guides/encoding). Numbers beyond 32 bits are cut as
 * an `int32` is read; 64-bit fixed ones are left out. Throws `corrupt` when it ends within a
 * field, `tooMuchUnpacked` when the budget is used up.
 */
export function* protoFields(message: Buffer, budget: FieldBudget): Generator<ProtoField> {
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) return refuse("corrupt");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(32, value));
    }
    return refuse("corrupt");
  };
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > message.length) return refuse("corrupt");
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    budget.fields -= 1;
    if (budget.fields < 0) refuse("tooMuchUnpacked");
    const tag = varint();
    const id = tag >>> 3;
    if (id === 0) refuse("corrupt");
    switch (tag & 7) {
      case 0:
        yield { id, wire: "varint", value: varint() };
        break;
      case 1:
        take(8);
        break;
      case 2:
        yield { id, wire: "bytes", value: take(varint()) };
        break;
      case 5:
        yield { id, wire: "fixed32", value: take(4).readFloatLE() };
        break;
      default:
        refuse("corrupt");
    }
  }
}

/** A text of a message in plain letters, for people to read. */
export const readName = (text: Buffer, lengthMax: number) =>
  text
    .subarray(0, lengthMax)
    .toString("utf8")
    .replaceAll(/[^\w.-]/g, "");
