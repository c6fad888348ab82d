import { hash, randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import { constants, setPriority } from "node:os";
import { textToSign } from "@/domain/rules/signed-call";
import { HmacKey } from "@/platform/security/hmac-key";
import { uuid7 } from "@/testkit/load";
import type { CrowdHeard, CrowdOrder } from "@/testkit/overload-crowd";
import { type Signer, signPosted } from "@/testkit/signing";
import { quantile } from "../lib/row";

interface Asked {
  /** When the sender came to it; what it was late by is its own and told apart. */
  atMs: number;
  second: number;
}

/** Whoever is not answered this long after the end has heard nothing. */
const PATIENCE_MS = 10_000;
const TICK_MS = 2;
const HEAD_END = "\r\n\r\n";
const ANSWER_BYTES_MAX = 8 * 1024;
const ID_TAIL_LENGTH = 12;

/** Over sockets of its own; prints one JSON line. A crowd stands for many machines: what it is late by is not the product's. */
try {
  setPriority(constants.priority.PRIORITY_HIGH);
} catch {
  // Only the superuser may; its own lag is printed beside what it heard.
}
const order = JSON.parse(process.argv[2] ?? "{}") as CrowdOrder;
const accepted: number[] = [];
const refused: number[] = [];
const lags: number[] = [];
const statuses: Record<string, number> = {};
const bySecond = Array.from({ length: order.seconds }, () => ({
  accepted: 0,
  refused: 0,
  waitsMs: [] as number[],
}));
const waiting: Asked[] = [];
let waitingFrom = 0;
const free: Line[] = [];
let underWay = 0;
let lost = 0;

const PATH = "/api/trpc/gift.send";
/** A request but for what each has of its own, and where that begins. */
interface Template {
  bytes: Buffer;
  key: HmacKey;
  bodyAt: number;
  idTailAt: number;
  timestampAt: number;
  nonceAt: number;
  signatureAt: number;
}

/** Once for each viewer and room: a crowd that makes texts is slower than who refuses them. */
const templates = order.rooms.flatMap((roomId) => order.people.map((person) => makeTemplate(roomId, person)));

function makeTemplate(roomId: string, { cookie, signingKey }: Signer): Template {
  const body = `{"giftOrderId":"${uuid7()}","roomId":"${roomId}","giftId":"hearts","count":1}`;
  const signature = Object.entries(signPosted(signingKey, { path: PATH, body }));
  const bytes = Buffer.from(
    `POST ${PATH} HTTP/1.1\r\nhost: 127.0.0.1:${order.hostPort ?? order.port}\r\ncontent-type: application/json\r\n` +
      `cookie: ${cookie}\r\n${signature.map(([name, value]) => `${name}: ${value}\r\n`).join("")}` +
      `content-length: ${body.length}${HEAD_END}${body}`,
    "latin1",
  );
  const after = (text: string) => bytes.indexOf(text) + text.length;
  return {
    bytes,
    key: new HmacKey(signingKey),
    bodyAt: bytes.length - body.length,
    idTailAt: bytes.indexOf('","roomId') - ID_TAIL_LENGTH,
    timestampAt: after("x-dp-timestamp: "),
    nonceAt: after("x-dp-nonce: "),
    signatureAt: after("x-dp-signature: "),
  };
}

/** A gift that was never sent before. */
function makeRequest(turn: number): Buffer {
  const template = templates[turn % templates.length] as Template;
  const { key, bodyAt, idTailAt, timestampAt, nonceAt, signatureAt } = template;
  const request = Buffer.from(template.bytes);
  request.write(turn.toString(16).padStart(ID_TAIL_LENGTH, "0"), idTailAt, "latin1");
  const timestamp = String(Date.now());
  const nonce = randomUUID();
  const bodyHash = hash("sha256", request.subarray(bodyAt), "hex");
  request.write(timestamp, timestampAt, "latin1");
  request.write(nonce, nonceAt, "latin1");
  const signature = key.sign(textToSign({ method: "POST", path: PATH, bodyHash, timestamp, nonce }));
  request.write(signature, signatureAt, "latin1");
  return request;
}

/** One connection that carries one request at a time. */
class Line {
  #asked: Asked | undefined;
  /** Of an answer that did not come in one piece. */
  #text = "";
  #socket: Socket;

  private constructor() {
    this.#socket = this.#open();
  }

  static open(): Line {
    return new Line();
  }

  #open(): Socket {
    const socket = connect({
      port: order.port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(ANSWER_BYTES_MAX),
        callback: (size, buffer) => {
          this.#read(Buffer.from(buffer.buffer, buffer.byteOffset, size));
          return true;
        },
      },
    });
    socket.on("connect", () => this.#rest());
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.#asked) {
        lost += 1;
        underWay -= 1;
        this.#asked = undefined;
      }
      this.#text = "";
      const index = free.indexOf(this);
      if (index >= 0) free.splice(index, 1);
      this.#socket = this.#open();
    });
    return socket;
  }

  ask(asked: Asked, turn: number): void {
    this.#asked = asked;
    underWay += 1;
    this.#socket.write(makeRequest(turn));
  }

  #read(bytes: Buffer): void {
    const isWhole = this.#text === "" && isWholeAnswer(bytes);
    if (!isWhole) this.#text += bytes.toString("latin1");
    if (!isWhole && !isWholeAnswer(Buffer.from(this.#text, "latin1"))) return;
    const status = isWhole ? bytes.toString("latin1", 9, 12) : this.#text.slice(9, 12);
    this.#text = "";
    this.#count(status);
    this.#rest();
  }

  #count(status: string): void {
    const asked = this.#asked;
    if (!asked) return;
    this.#asked = undefined;
    underWay -= 1;
    const tookMs = performance.now() - asked.atMs;
    statuses[status] = (statuses[status] ?? 0) + 1;
    (status === "200" ? accepted : refused).push(tookMs);
    const second = bySecond[asked.second];
    if (!second) return;
    second.waitsMs.push(tookMs);
    if (status === "200") second.accepted += 1;
    else second.refused += 1;
  }

  #rest(): void {
    free.push(this);
    send();
  }
}

function isWholeAnswer(bytes: Buffer): boolean {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const length = /content-length: (\d+)/i.exec(bytes.toString("latin1", 0, headEnd))?.[1] ?? 0;
  return bytes.length >= headEnd + HEAD_END.length + Number(length);
}

let turn = 0;
function send(): void {
  while (waitingFrom < waiting.length && free.length > 0) {
    const asked = waiting[waitingFrom++] as Asked;
    (free.shift() as Line).ask(asked, turn++);
  }
}

for (let i = 0; i < order.connections; i++) Line.open();
await new Promise((resolve) => setTimeout(resolve, 1_000));
const startedMs = performance.now();
const total = Math.round(order.perSecond * order.seconds);
let due = 0;
await new Promise<void>((resolve) => {
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const dueNow = Math.min(total, Math.floor(((nowMs - startedMs) / 1_000) * order.perSecond));
    for (; due < dueNow; due++) {
      const dueMs = startedMs + (due * 1_000) / order.perSecond;
      lags.push(nowMs - dueMs);
      waiting.push({
        atMs: nowMs,
        second: Math.min(order.seconds - 1, Math.floor((dueMs - startedMs) / 1_000)),
      });
    }
    send();
    if (due < total) return;
    clearInterval(timer);
    resolve();
  }, TICK_MS);
});
const endMs = performance.now() + PATIENCE_MS;
while (performance.now() < endMs && (underWay > 0 || waitingFrom < waiting.length)) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const heard: CrowdHeard = {
  offered: total,
  statuses,
  lost,
  unanswered: underWay + waiting.length - waitingFrom,
  acceptedP50Ms: quantile(accepted, 0.5),
  acceptedP99Ms: quantile(accepted, 0.99),
  refusedP99Ms: quantile(refused, 0.99),
  lagP99Ms: quantile(lags, 0.99),
  bySecond: bySecond.map((second) => ({
    accepted: second.accepted,
    refused: second.refused,
    p99Ms: quantile(second.waitsMs, 0.99),
  })),
};
console.log(JSON.stringify(heard));
process.exit(0);
