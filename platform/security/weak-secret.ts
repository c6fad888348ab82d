/**
 * Tells secrets that a machine made from those that somebody typed, copied or counted. It looks at what a secret says in
 * every encoding it may be in. It cannot prove that one is good; it refuses what is certainly bad.
 */

const WORDS =
  /secret|passw(or)?d|passphrase|change.?me|change.?this|replace.?me|example|sample|default|placeholder|insert|production|staging|development|downpour|qwert[yz]|letmein|admin|dummy|testing|private.?key|api.?key|do.?not.?use|please|postgres|stripe|pusher|redis|token|demo|your.?(own|secret|key)/g;
const KEYBOARD_ROWS = ["1234567890", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm"];
/** So many equal characters in a row are no accident. */
const SHARED_MIN = 16;
const DECODED_DEPTH = 3;

/** Why a secret is none, or null. The answer never repeats it. */
export function findWeakness(secret: string, bytesMin = 32): string | null {
  if (/[\s\p{Cc}]/u.test(secret)) return "must not have spaces or line breaks in it";
  if (Buffer.byteLength(secret) < bytesMin) return `must be at least ${bytesMin} bytes long`;
  return findPattern(formsOf(secret));
}

/** The same for a key of bytes. */
export function findKeyWeakness(base64: string): string | null {
  return findPattern(formsOf(base64));
}

/** Passwords of databases are often made by others; those that everybody tries first are refused. */
export function findPasswordWeakness(password: string, user: string): string | null {
  if (password === "") return "must have a password";
  const plain = password.toLowerCase();
  if (plain === user.toLowerCase()) return "must have a password that is not the name of its user";
  if (password.length < 12) return "must have a password of at least 12 characters";
  const rest = plain.replace(WORDS, "").replace(/[^\p{L}\p{N}]/gu, "");
  if (rest.length < 8 || new Set(rest).size < 6 || isCounted(plain))
    return "must have a password that nobody guesses";
  return null;
}

/** Whether one secret, in any encoding and case, has a long piece of the other in it. */
export function overlaps(one: string, other: string): boolean {
  const others = comparableForms(other);
  return comparableForms(one).some((form) => others.some((otherForm) => sharePiece(form, otherForm)));
}

function findPattern(forms: readonly string[]): string | null {
  for (const form of forms) {
    if (isRepeated(form)) return "must not be made of a few characters over and over";
    if (isCounted(form)) return "must not be counted or typed along the keyboard";
    const rest = form.toLowerCase().replace(WORDS, "");
    if (rest.length < form.length && rest.replace(/[^a-z\d]/g, "").length < 32)
      return "must not be made of words";
    if (isMadeOfWords(form)) return "must not be made of words";
  }
  return null;
}

/** What it says as it stands and decoded, as one character a byte. */
function formsOf(secret: string): string[] {
  const forms = new Set<string>();
  let latest = [Buffer.from(secret).toString("latin1")];
  for (let depth = 0; depth < DECODED_DEPTH && latest.length > 0; depth++) {
    for (const form of latest) forms.add(form);
    latest = latest.flatMap(decode).filter((form) => form.length >= 8 && !forms.has(form));
  }
  return [...forms];
}

function decode(text: string): string[] {
  const decoded: string[] = [];
  if (/^[\da-f]+$/i.test(text) && text.length % 2 === 0)
    decoded.push(Buffer.from(text, "hex").toString("latin1"));
  if (/^[\w+/-]+=*$/.test(text)) {
    const bytes = Buffer.from(text, "base64");
    const plain = (encoded: string) => encoded.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
    if (plain(bytes.toString("base64")) === plain(text)) decoded.push(bytes.toString("latin1"));
  }
  if (/%[\da-f]{2}/i.test(text)) {
    decoded.push(
      text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    );
  }
  return decoded;
}

/** Few characters, a short piece again and again, or many pieces that stand twice. */
function isRepeated(text: string): boolean {
  if (new Set(text.toLowerCase()).size < 8) return true;
  const period = (text + text).indexOf(text, 1);
  if (period <= text.length / 2) return true;
  const pieces = Array.from({ length: text.length - 3 }, (_, i) => text.slice(i, i + 4).toLowerCase());
  if (pieces.length - new Set(pieces).size > pieces.length / 4) return true;
  return entropyBits(text) < Math.min(80, text.length * 2.5);
}

/** By how often each character stands in it. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length);
  return bits;
}

/** Most steps from one character to the next are the same, or to a neighbour on the keyboard. */
function isCounted(text: string): boolean {
  const steps = new Map<number, number>();
  let neighbours = 0;
  const plain = text.toLowerCase();
  for (let i = 1; i < plain.length; i++) {
    const step = plain.charCodeAt(i) - plain.charCodeAt(i - 1);
    steps.set(step, (steps.get(step) ?? 0) + 1);
    const pair = plain.slice(i - 1, i + 1);
    const turned = `${pair[1]}${pair[0]}`;
    if (KEYBOARD_ROWS.some((row) => row.includes(pair) || row.includes(turned))) neighbours += 1;
  }
  const most = (plain.length - 1) * 0.4;
  return Math.max(0, ...steps.values()) > most || neighbours > most;
}

/** In what a machine makes, letters of one case rarely stand together for long. */
function isMadeOfWords(text: string): boolean {
  if (/^[a-z\W_]+$/.test(text) || /^[A-Z\W_]+$/.test(text))
    return /[a-zA-Z]{8}|[a-zA-Z]+[\W_]+[a-zA-Z]+/.test(text) && isPlainText(text);
  const letters = (text.match(/[A-Z]?[a-z]{4,}|[A-Z]{5,}/g) ?? []).reduce((sum, run) => sum + run.length, 0);
  return letters >= 16 && letters > text.replace(/[^A-Za-z\d]/g, "").length * 0.7;
}

const isPlainText = (text: string) => /^[\x20-\x7e]+$/.test(text);

function comparableForms(secret: string): string[] {
  const forms = formsOf(secret).flatMap((form) => {
    const plain = form.toLowerCase();
    const bare = plain.replace(/[^a-z\d]/g, "");
    return [plain, bare, Array.from(plain).toReversed().join("")];
  });
  return [...new Set(forms)].filter((form) => form.length >= 8);
}

function sharePiece(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  const size = Math.min(SHARED_MIN, short.length);
  for (let i = 0; i + size <= short.length; i++) if (long.includes(short.slice(i, i + size))) return true;
  return false;
}
