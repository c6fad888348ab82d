-- A cursor for each of the 64 buckets, and the platform's default share from the beginning of time.
INSERT INTO settlement_cursors (bucket) SELECT generate_series(0, 63);
--> statement-breakpoint
INSERT INTO revenue_shares (anchor_id, share_bps, effective_at) VALUES (NULL, 5000, '1970-01-01T00:00:00Z');
--> statement-breakpoint
ALTER TABLE settlement_cursors SET (fillfactor = 10);
--> statement-breakpoint
ALTER TABLE anchor_earnings SET (fillfactor = 50);
