/** Where gifts are counted: what is answered from, or beside it while all is counted anew. */
export interface CountTables {
  cursors: string;
  refundCursor: string;
  pairs: string;
  hours: string;
  days: string;
}
export const COUNTED: CountTables = {
  cursors: "analytics_cursors",
  refundCursor: "analytics_refund_cursor",
  pairs: "gift_pair_day",
  hours: "gift_hour_viewers",
  days: "gift_day_viewers",
};
export const RECOUNT: CountTables = {
  cursors: "recount_cursors",
  refundCursor: "recount_refund_cursor",
  pairs: "recount_gift_pair_day",
  hours: "recount_gift_hour_viewers",
  days: "recount_gift_day_viewers",
};
