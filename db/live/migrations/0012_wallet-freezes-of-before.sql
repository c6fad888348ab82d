-- Wallets frozen before reasons were kept: by the payments that were charged back, or else by an operator.
INSERT INTO wallet_freezes (user_id, source, subject, reason, placed_by, trace_id, placed_at)
SELECT a.id, 'payment', o.payment_id::text, 'The payment provider took a payment back.', '00000000-0000-0000-0000-000000000000',
	o.trace_id, coalesce(o.charged_back_at, a.frozen_at)
FROM ledger_accounts a JOIN recharge_orders o ON o.user_id = a.id AND o.status = 'charged_back'
WHERE a.frozen_at IS NOT NULL;
--> statement-breakpoint
INSERT INTO wallet_freezes (user_id, source, subject, reason, placed_by, trace_id, placed_at)
SELECT a.id, 'operator', '', 'Frozen before reasons were kept.', '00000000-0000-0000-0000-000000000000', 'migration', a.frozen_at
FROM ledger_accounts a
WHERE a.frozen_at IS NOT NULL AND a.kind = 'wallet'
	AND NOT EXISTS (SELECT 1 FROM wallet_freezes f WHERE f.user_id = a.id);
