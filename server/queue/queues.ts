import { GiftQueueEntry } from "../contracts/gift";
import { RainClaimEntry } from "../contracts/rain";
import { BucketQueue } from "./bucket-queue";

/** Accepted gifts, in the bucket of their sender. */
export const giftQueue = new BucketQueue("gifts", GiftQueueEntry);
/** Packets that viewers got, in the bucket in which each packet lay. */
export const claimQueue = new BucketQueue("claims", RainClaimEntry);
