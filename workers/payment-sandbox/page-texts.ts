export type PageLanguage = "en" | "zh";

const EN_NUMBER = new Intl.NumberFormat("en");
const ZH_NUMBER = new Intl.NumberFormat("zh");

const EN = {
  title: "Payment sandbox",
  note: "This is a test. No money moves.",
  merchant: "To Downpour",
  buys: (coins: number) => `${EN_NUMBER.format(coins)} ${coins === 1 ? "coin" : "coins"}`,
  amount: "Amount",
  reference: "Payment",
  pay: "Pay",
  decline: "Decline the card",
  leave: "Leave without paying",
  back: "Back to Downpour",
  chargeBack: "Take the money back",
  chargeBackNote: "As a bank does when a customer disputes a payment. The wallet is frozen.",
  life: "What else may happen to it",
  kinds: {
    partly_refunded: "Refund half of the rest",
    refunded: "Refund the rest",
    refund_failed: "Let the latest refund fail",
    inquiry: "Let the bank inquire",
    inquiry_closed: "End the inquiry",
    disputed: "Open a dispute",
    dispute_won: "Decide for the merchant",
    dispute_lost: "Decide against the merchant",
    fraud_warning: "Warn that it is fraud",
  },
  language: "中文",
  state: {
    open: "Waiting for you",
    paid: "Paid",
    failed: "The card was declined. You may try again.",
    charged_back: "The money was taken back",
    partly_refunded: "A part was refunded",
    refunded: "Refunded",
    refund_failed: "A refund failed",
    inquiry: "The bank inquires",
    inquiry_closed: "The inquiry has ended",
    disputed: "Disputed",
    dispute_won: "The dispute was decided for the merchant",
    dispute_lost: "The dispute was decided against the merchant",
    fraud_warning: "Said to be fraud",
    over: "The time to pay is over",
  },
  notFoundTitle: "There is no such payment",
  notFoundText: "The link may be old, or it has a typing mistake.",
};

const ZH: typeof EN = {
  title: "支付沙盒",
  note: "这是测试环境，不会产生真实扣款。",
  merchant: "付款给 Downpour",
  buys: (coins) => `${ZH_NUMBER.format(coins)} 金币`,
  amount: "金额",
  reference: "支付单号",
  pay: "支付",
  decline: "模拟银行卡被拒",
  leave: "不支付，返回",
  back: "返回 Downpour",
  chargeBack: "发起拒付",
  chargeBackNote: "模拟用户向银行申诉后款项被追回，钱包会被冻结。",
  life: "还可能发生的情况",
  kinds: {
    partly_refunded: "退还剩余金额的一半",
    refunded: "退还剩余金额",
    refund_failed: "让最近一次退款失败",
    inquiry: "银行发起调查",
    inquiry_closed: "结束调查",
    disputed: "发起争议",
    dispute_won: "判商户胜诉",
    dispute_lost: "判商户败诉",
    fraud_warning: "发出欺诈预警",
  },
  language: "English",
  state: {
    open: "等待支付",
    paid: "支付成功",
    failed: "银行卡被拒绝，可以重试。",
    charged_back: "款项已被追回",
    partly_refunded: "已部分退款",
    refunded: "已退款",
    refund_failed: "退款失败",
    inquiry: "银行调查中",
    inquiry_closed: "调查已结束",
    disputed: "争议中",
    dispute_won: "争议判商户胜诉",
    dispute_lost: "争议判商户败诉",
    fraud_warning: "被预警为欺诈",
    over: "支付时间已过",
  },
  notFoundTitle: "没有这笔支付",
  notFoundText: "链接可能已失效，或者输入有误。",
};

export const PAGE_TEXTS: Record<PageLanguage, typeof EN> = { en: EN, zh: ZH };

/** The language asked for in the address, or else the first that the browser wants and we have. */
export function chooseLanguage(asked: string | null, acceptLanguage: string | undefined): PageLanguage {
  if (asked === "en" || asked === "zh") return asked;
  for (const part of (acceptLanguage ?? "").toLowerCase().split(",")) {
    const tag = part.trim();
    if (tag.startsWith("zh")) return "zh";
    if (tag.startsWith("en")) return "en";
  }
  return "en";
}
