import { RainClaimEntry } from "@/domain/contracts/rain";
import { BucketQueue } from "./bucket-queue";
import { readGiftEntry } from "./read-gift-entry";

/** Accepted gifts, in the bucket of their sender. */
export const giftQueue = new BucketQueue("gifts", readGiftEntry);
/** Packets that viewers got, in the bucket in which each packet lay. */
export const claimQueue = new BucketQueue("claims", (value) => RainClaimEntry.parse(value));
