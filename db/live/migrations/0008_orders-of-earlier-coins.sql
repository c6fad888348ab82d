-- Coins that were booked as top-ups before there were orders get the order that every top-up has from now on.
INSERT INTO recharge_orders (payment_id, user_id, order_id, product_id, coins, amount_fen, provider, status, trace_id,
  created_at, expires_at, paid_at)
SELECT t.biz_id, t.counter_account_id, t.biz_id, 'earlier', t.amount_coins, t.amount_coins * 10, 'earlier', 'paid', t.trace_id,
  t.created_at, t.created_at, t.created_at
FROM trades t
WHERE t.trade_type = 'recharge' AND NOT EXISTS (SELECT 1 FROM recharge_orders o WHERE o.payment_id = t.biz_id);
