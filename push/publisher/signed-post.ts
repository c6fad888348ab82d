import { type Agent as HttpAgent, request as httpRequest } from "node:http";
import { type Agent as HttpsAgent, request as httpsRequest } from "node:https";
import Pusher from "pusher";
import type { Env } from "@/platform/settings/env";
import type { PushAddress } from "@/platform/settings/push-addresses";

export interface SignedPostOptions {
  env: Pick<Env, "PUSHER_APP_ID" | "PUSHER_TLS">;
  /** As the service is named; which of its addresses is called the agent knows. */
  address: PushAddress;
  pusher: Pusher;
  agent: HttpAgent | HttpsAgent;
  timeoutMs: number;
}

/**
 * A call of the API with a body that is no JSON, which the library does not make; signed by it as all others are.
 *
 * @throws Pusher.RequestError with the status, as the library does.
 */
export async function postSigned(
  { env, address, pusher, agent, timeoutMs }: SignedPostOptions,
  subPath: string,
  body: Buffer,
  params: Record<string, string>,
): Promise<void> {
  const path = `/apps/${env.PUSHER_APP_ID}${subPath}`;
  // Its types want a text; what it does with it is to hash it.
  const query = pusher.createSignedQueryString({
    method: "POST",
    path,
    body: body as unknown as string,
    params,
  });
  const target = {
    ...address,
    path: `${path}?${query}`,
    method: "POST",
    agent,
    headers: { "content-type": "text/plain; charset=utf-8", "content-length": body.length },
  };
  const send = env.PUSHER_TLS ? httpsRequest : httpRequest;
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = send(target, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        text += piece;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    const timer = setTimeout(() => request.destroy(new Error("The push service did not answer.")), timeoutMs);
    request.on("close", () => clearTimeout(timer));
    request.on("error", reject);
    request.end(body);
  }).catch((error: Error) => {
    throw new Pusher.RequestError("Request failed with an error", path, error);
  });
  if (status >= 400)
    throw new Pusher.RequestError(`Unexpected status code ${status}`, path, new Error(text), status, text);
}
