import type { RainProof } from "@/domain/contracts/rain";

/**
 * A program of its own, with nothing of ours in it, that computes a rain's packets anew: for whoever trusts neither this page
 * nor its author. Null before the end.
 */
export function verifyScript(proof: RainProof): string | null {
  const { rainId, budgetCoins, packetCount, serverSeed, commitment, packetsDigest, entropy } = proof;
  if (serverSeed === null || entropy === null || packetsDigest === null) return null;
  const facts = { rainId, budgetCoins, packetCount, serverSeed, commitment, packetsDigest, entropy };
  return `const { createHash, createHmac } = require("node:crypto");
const rain = ${JSON.stringify(facts, null, 2)};

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const key = Buffer.from(rain.serverSeed, "hex");
console.log("commitment", sha256(key).toString("hex") === rain.commitment);

const lines = ["downpour-rain-1", rain.rainId, rain.budgetCoins, rain.packetCount, ...rain.entropy];
const seed = createHmac("sha256", key).update(lines.join("\\n")).digest();

// Numbers of 6 bytes out of SHA-256(seed, block number); those beyond the last whole repetition of the bound are skipped.
let block = Buffer.alloc(0), used = 0, blocks = 0;
function below(bound) {
  for (;;) {
    if (used + 6 > block.length) {
      const number = Buffer.alloc(4);
      number.writeUInt32BE(blocks++);
      [block, used] = [sha256(seed, number), 0];
    }
    const value = block.readUIntBE(used, 6);
    used += 6;
    if (value < 2 ** 48 - (2 ** 48 % bound)) return value % bound;
  }
}

// Double average: each packet is from 1 to twice the average of what is left, less 1. Then a Fisher-Yates shuffle.
const packets = [];
let coins = rain.budgetCoins;
for (let left = rain.packetCount; left > 1; left--) {
  const packet = 1 + below(Math.floor((2 * coins) / left) - 1);
  packets.push(packet);
  coins -= packet;
}
packets.push(coins);
for (let i = packets.length - 1; i > 0; i--) {
  const j = below(i + 1);
  [packets[i], packets[j]] = [packets[j], packets[i]];
}
const digest = createHmac("sha256", key).update(packets.join(",")).digest("hex");
console.log("packets", digest === rain.packetsDigest);
console.log(JSON.stringify(packets));
`;
}
