CREATE TABLE "anchor_earnings" (
	"anchor_id" uuid PRIMARY KEY NOT NULL,
	"earned_fen" bigint DEFAULT 0 NOT NULL,
	"frozen_fen" bigint DEFAULT 0 NOT NULL,
	"withdrawn_fen" bigint DEFAULT 0 NOT NULL,
	"gifts" bigint DEFAULT 0 NOT NULL,
	"coins" bigint DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "earnings_parts" CHECK ("anchor_earnings"."frozen_fen" >= 0 AND "anchor_earnings"."withdrawn_fen" >= 0)
);
--> statement-breakpoint
CREATE TABLE "revenue_shares" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "revenue_shares_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"anchor_id" uuid,
	"share_bps" integer NOT NULL,
	"effective_at" timestamp with time zone NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "share_range" CHECK ("revenue_shares"."share_bps" BETWEEN 0 AND 10000)
);
--> statement-breakpoint
CREATE TABLE "settlement_cursors" (
	"bucket" smallint PRIMARY KEY NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settlement_lines" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "settlement_lines_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"bucket" smallint NOT NULL,
	"from_seq" bigint NOT NULL,
	"to_seq" bigint NOT NULL,
	"anchor_id" uuid NOT NULL,
	"share_bps" integer NOT NULL,
	"gifts" integer NOT NULL,
	"coins" bigint NOT NULL,
	"gross_fen" bigint NOT NULL,
	"anchor_fen" bigint NOT NULL,
	"platform_fen" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "line_adds_up" CHECK ("settlement_lines"."anchor_fen" + "settlement_lines"."platform_fen" = "settlement_lines"."gross_fen")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "revenue_shares_once" ON "revenue_shares" USING btree (coalesce("anchor_id", '00000000-0000-0000-0000-000000000000'),"effective_at");--> statement-breakpoint
CREATE UNIQUE INDEX "settlement_lines_once" ON "settlement_lines" USING btree ("bucket","from_seq","anchor_id","share_bps");--> statement-breakpoint
CREATE INDEX "settlement_lines_anchor" ON "settlement_lines" USING btree ("anchor_id","id");