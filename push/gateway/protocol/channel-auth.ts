import { createHmac, timingSafeEqual } from "node:crypto";

/** Who signs and checks: the key is public, the secret is shared by the gateway and the app's own server. */
export interface Credentials {
  key: string;
  secret: string;
}

export function sign(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

/** Compares without telling by its duration how much was right. */
export function equalsInConstantTime(given: string, expected: string): boolean {
  const givenBytes = Buffer.from(given);
  const expectedBytes = Buffer.from(expected);
  return givenBytes.length === expectedBytes.length && timingSafeEqual(givenBytes, expectedBytes);
}

/** `channelData` takes part in the signature whenever it is sent, on private channels too. */
export function isChannelAuthValid(
  credentials: Credentials,
  request: { auth: string; socketId: string; channel: string; channelData?: string },
): boolean {
  const { socketId, channel, channelData } = request;
  const text = `${socketId}:${channel}${channelData === undefined ? "" : `:${channelData}`}`;
  return equalsInConstantTime(request.auth, `${credentials.key}:${sign(credentials.secret, text)}`);
}

export function isSigninAuthValid(
  credentials: Credentials,
  request: { auth: string; socketId: string; userData: string },
): boolean {
  const text = `${request.socketId}::user::${request.userData}`;
  return equalsInConstantTime(request.auth, `${credentials.key}:${sign(credentials.secret, text)}`);
}
