import { PAGE_TEXTS, type PageLanguage } from "./page-texts";
import { mayMove, type Payment, type SandboxKind } from "./payments";

/** What may happen after a payment, and what an operator may want to see happen. */
export const LIFE_KINDS = [
  "partly_refunded",
  "refunded",
  "refund_failed",
  "inquiry",
  "inquiry_closed",
  "disputed",
  "dispute_won",
  "dispute_lost",
  "fraud_warning",
] as const satisfies readonly SandboxKind[];

/** An origin that cannot be taken for more than one source of a policy. */
const PLAIN_ORIGIN = /^https?:\/\/[\w.[\]:-]+$/;

/** No script at all, and nothing from elsewhere. Only the shop that the payment leads back to may frame its page. */
export function pageHeaders(payment?: Pick<Payment, "returnUrl">): Record<string, string> {
  const shop = payment ? new URL(payment.returnUrl).origin : "";
  const ancestor = PLAIN_ORIGIN.test(shop) ? shop : "'none'";
  return {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors ${ancestor}`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  };
}

const STYLE = `
:root { color-scheme: light dark; --bg: light-dark(#f7f0e3, #0a0c1b); --card: light-dark(#fffdf8, #191d39);
  --line: light-dark(#e2d5bd, #2a2f56); --text: light-dark(#2b2015, #eceefb); --dim: light-dark(#685843, #a5abd2);
  --accent: #c93a22; --gold: light-dark(#855200, #ffc857); --good: light-dark(#17693f, #5fe0a5); --bad: light-dark(#b3202f, #ff8f98); }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 20px; background: var(--bg);
  color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { width: min(440px, 100%); display: grid; gap: 18px; padding: 28px; border: 1px solid var(--line); border-radius: 24px; background: var(--card); }
header { display: flex; justify-content: space-between; align-items: center; gap: 12px; }
h1 { margin: 0; font-size: 1.05rem; }
p { margin: 0; }
a { color: inherit; }
.note { padding: 8px 14px; border: 1px dashed var(--gold); border-radius: 12px; color: var(--gold); font-size: .9rem; }
.amount { font-size: 2.6rem; font-weight: 800; line-height: 1.1; font-variant-numeric: tabular-nums; }
.dim { color: var(--dim); font-size: .9rem; overflow-wrap: anywhere; }
.state { font-weight: 650; }
.state[data-state="paid"] { color: var(--good); }
.state[data-state="failed"], .state[data-state="charged_back"], .state[data-state="over"], .state[data-state="disputed"],
.state[data-state="dispute_lost"] { color: var(--bad); }
.state[data-state="dispute_won"] { color: var(--good); }
details form { margin-top: 10px; }
summary { cursor: pointer; font-weight: 650; padding: 10px 0; }
form { display: grid; gap: 10px; margin: 0; }
button, .button { display: grid; place-items: center; min-height: 48px; padding: 0 18px; border: 1px solid var(--line); border-radius: 999px;
  background: transparent; color: inherit; font: inherit; font-weight: 650; text-decoration: none; cursor: pointer; }
.primary { border-color: var(--accent); background: var(--accent); color: #fff; }
button:hover, .button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--gold); outline-offset: 2px; }
`;

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c);

function layout(language: PageLanguage, path: string, content: string): string {
  const texts = PAGE_TEXTS[language];
  const other = language === "en" ? "zh" : "en";
  return `<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${texts.title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header><h1>${texts.title}</h1><a href="${escapeHtml(path)}?lang=${other}" lang="${other === "zh" ? "zh-CN" : "en"}">${texts.language}</a></header>
<p class="note">${texts.note}</p>
${content}
</main>
</body>
</html>`;
}

function formatYuan(fen: number): string {
  const cents = String(fen % 100).padStart(2, "0");
  return `¥${new Intl.NumberFormat("en").format((fen - (fen % 100)) / 100)}.${cents}`;
}

/** What a person sees who is sent here to pay. Everything works without a script. */
export function renderPayment(payment: Payment, language: PageLanguage, now: Date): string {
  const texts = PAGE_TEXTS[language];
  const path = `/pay/${payment.paymentId}`;
  const canPay = mayMove(payment, "paid", now);
  const isOver = !canPay && (payment.state === "open" || payment.state === "failed");
  const state = isOver ? "over" : payment.state;
  const act = (name: string, label: string, look = "") =>
    `<form method="post" action="${path}/${name}?lang=${language}"><button class="${look}" data-testid="sandbox-${name}">${label}</button></form>`;
  const leave = `<a class="button" href="${escapeHtml(payment.returnUrl)}" data-testid="sandbox-leave">${canPay ? texts.leave : texts.back}</a>`;
  const life = LIFE_KINDS.filter((kind) => mayMove(payment, kind, now)).map((kind) =>
    act(kind.replaceAll("_", "-"), texts.kinds[kind]),
  );
  return layout(
    language,
    path,
    `<div>
<p class="dim">${texts.merchant} · ${texts.buys(payment.coins)}</p>
<p class="amount" aria-label="${texts.amount}">${formatYuan(payment.amountFen)}</p>
</div>
<p class="state" role="status" data-state="${state}" data-testid="sandbox-state">${texts.state[state]}</p>
${canPay ? act("pay", `${texts.pay} ${formatYuan(payment.amountFen)}`, "primary") : ""}
${canPay ? act("decline", texts.decline) : ""}
${leave}
${mayMove(payment, "charged_back", now) ? `${act("charge-back", texts.chargeBack)}<p class="dim">${texts.chargeBackNote}</p>` : ""}
${life.length > 0 ? `<details data-testid="sandbox-life"><summary>${texts.life}</summary>${life.join("\n")}</details>` : ""}
<p class="dim">${texts.reference} ${escapeHtml(payment.paymentId)}</p>`,
  );
}

export function renderNotFound(language: PageLanguage): string {
  const texts = PAGE_TEXTS[language];
  return layout(
    language,
    "",
    `<p class="state" data-state="failed">${texts.notFoundTitle}</p><p class="dim">${texts.notFoundText}</p>`,
  );
}
