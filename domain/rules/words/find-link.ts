/** Endings of addresses that people write into chats without saying `https`. */
const ENDINGS =
  "com|net|org|cn|com\\.cn|io|me|tv|cc|co|app|dev|xyz|top|vip|shop|site|online|live|club|info|biz|link|gg|ru|hk|tw|jp|kr|uk|de|ly";
const ADDRESS = new RegExp(
  `https?://|\\bwww\\.\\S|(?<![\\p{L}\\p{N}@.])[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?(?:\\.[a-z0-9-]+)*\\.(?:${ENDINGS})(?![\\p{L}\\p{N}-]|\\.[a-z])`,
  "iu",
);

/** Whether a message leads to an address of the web, also one written in full-width letters. */
export function hasLink(text: string): boolean {
  return ADDRESS.test(text.normalize("NFKC"));
}
