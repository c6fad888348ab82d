import { describe, expect, it } from "vitest";
import { equalsInConstantTime, isChannelAuthValid, isSigninAuthValid, sign } from "./channel-auth";

const APP = { key: "278d425bdf160c739803", secret: "7ad3773142a6692b25b8" };

describe("channel auth", () => {
  it("accepts the published private channel vector", () => {
    const auth = `${APP.key}:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4`;
    expect(isChannelAuthValid(APP, { auth, socketId: "1234.1234", channel: "private-foobar" })).toBe(true);
    expect(isChannelAuthValid(APP, { auth, socketId: "1234.1235", channel: "private-foobar" })).toBe(false);
    expect(isChannelAuthValid(APP, { auth, socketId: "1234.1234", channel: "private-foobaz" })).toBe(false);
  });

  it("takes channel_data into the signature on private channels too", () => {
    const channelData = '{"user_id":"5"}';
    const request = { socketId: "1.2", channel: "private-room", channelData };
    const auth = `${APP.key}:${sign(APP.secret, `1.2:private-room:${channelData}`)}`;
    expect(isChannelAuthValid(APP, { ...request, auth })).toBe(true);
    expect(isChannelAuthValid(APP, { ...request, auth, channelData: '{"user_id":"6"}' })).toBe(false);
    expect(isChannelAuthValid(APP, { socketId: "1.2", channel: "private-room", auth })).toBe(false);
  });

  it("refuses the right signature under another key", () => {
    const auth = `other:${sign(APP.secret, "1.2:private-room")}`;
    expect(isChannelAuthValid(APP, { auth, socketId: "1.2", channel: "private-room" })).toBe(false);
  });

  it("accepts the published sign-in vector", () => {
    const auth = `${APP.key}:4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba`;
    const userData = '{"id":"12345"}';
    expect(isSigninAuthValid(APP, { auth, socketId: "1234.1234", userData })).toBe(true);
    expect(isSigninAuthValid(APP, { auth, socketId: "1234.1234", userData: '{"id":"12346"}' })).toBe(false);
  });

  it("compares texts of different length", () => {
    expect(equalsInConstantTime("ab", "abc")).toBe(false);
    expect(equalsInConstantTime("", "")).toBe(true);
  });
});
