-- The 64 buckets, the system accounts of each (ids as in db/system-accounts.ts), and room on pages for heap-only updates.
INSERT INTO gift_buckets (bucket) SELECT generate_series(0, 63);
--> statement-breakpoint
INSERT INTO ledger_accounts (id, kind, bucket)
SELECT ('00000000-0000-0000-' || lpad(to_hex(k.number), 4, '0') || '-' || lpad(to_hex(b), 12, '0'))::uuid, k.kind, b
FROM (VALUES (1, 'recharge_clearing'), (2, 'gift_clearing'), (3, 'packet_escrow'), (4, 'promotion'), (5, 'refund_clearing')) AS k (number, kind)
CROSS JOIN generate_series(0, 63) AS b;
--> statement-breakpoint
ALTER TABLE ledger_accounts SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
--> statement-breakpoint
ALTER TABLE gift_buckets SET (fillfactor = 10);
