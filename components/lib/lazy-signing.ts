import type { fetchSigned, forgetSigningKey, prepareSigning } from "./signed-fetch";

interface Signing {
  fetchSigned: typeof fetchSigned;
  forgetSigningKey: typeof forgetSigningKey;
  prepareSigning: typeof prepareSigning;
}

let signing: Promise<Signing> | undefined;
/** What signs is no part of the first load of a page. */
function loadSigning(): Promise<Signing> {
  signing ??= import("./signed-fetch").catch((error: unknown) => {
    signing = undefined;
    throw error;
  });
  return signing;
}

/** For mutations: see signed-fetch.ts. */
export const fetchSignedLazily: typeof fetch = async (input, init) =>
  (await loadSigning()).fetchSigned(input, init);

export function prepareSigningSoon(): void {
  void loadSigning().then(
    (loaded) => loaded.prepareSigning(),
    () => {},
  );
}

/** Before anything is loaded there is no key to forget. */
export function forgetKeyOfSession(): void {
  void signing?.then(
    (loaded) => loaded.forgetSigningKey(),
    () => {},
  );
}
