export type PageLanguage = "en" | "zh";

const EN = {
  title: "Payment sandbox",
  note: "This is a test. No money moves.",
  merchant: "To Downpour",
  buys: (coins: string) => `${coins} coins`,
  amount: "Amount",
  reference: "Payment",
  pay: "Pay",
  decline: "Decline the card",
  leave: "Leave without paying",
  back: "Back to Downpour",
  chargeBack: "Take the money back",
  chargeBackNote: "As a bank does when a customer disputes a payment. The wallet is frozen.",
  language: "中文",
  state: {
    open: "Waiting for you",
    paid: "Paid",
    failed: "The card was declined. You may try again.",
    charged_back: "The money was taken back",
    over: "The time to pay is over",
  },
  notFoundTitle: "There is no such payment",
  notFoundText: "The link may be old, or it has a typing mistake.",
};

const ZH: typeof EN = {
  title: "支付沙盒",
  note: "这是测试环境，不会产生真实扣款。",
  merchant: "付款给 Downpour",
  buys: (coins) => `${coins} 金币`,
  amount: "金额",
  reference: "支付单号",
  pay: "支付",
  decline: "模拟银行卡拒付",
  leave: "不支付，返回",
  back: "返回 Downpour",
  chargeBack: "发起退单",
  chargeBackNote: "模拟用户向银行申诉后款项被追回，钱包会被冻结。",
  language: "English",
  state: {
    open: "等待支付",
    paid: "支付成功",
    failed: "银行卡被拒绝，可以重试。",
    charged_back: "款项已被追回",
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
