CREATE TABLE "simulated_people" (
	"population" integer NOT NULL,
	"ordinal" integer NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"community" smallint,
	"room_id" uuid,
	"token" text,
	CONSTRAINT "simulated_people_population_ordinal_pk" PRIMARY KEY("population","ordinal"),
	CONSTRAINT "simulated_people_kind" CHECK ("simulated_people"."kind" IN ('anchor', 'viewer', 'guest'))
);
--> statement-breakpoint
CREATE TABLE "simulated_populations" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "simulated_populations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 65535 START WITH 1 CACHE 1),
	"status" text NOT NULL,
	"behaviour_version" integer NOT NULL,
	"seed" integer NOT NULL,
	"anchors" integer NOT NULL,
	"viewers" integer NOT NULL,
	"guests" integer NOT NULL,
	"people" integer DEFAULT 0 NOT NULL,
	"fault" text,
	"ordered_at" timestamp with time zone DEFAULT now() NOT NULL,
	"begun_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "simulator_runs" (
	"run_id" uuid PRIMARY KEY NOT NULL,
	"population" integer NOT NULL,
	"status" text NOT NULL,
	"gifts_per_second" double precision NOT NULL,
	"minutes" double precision NOT NULL,
	"sockets" integer,
	"seed" integer NOT NULL,
	"phase" text,
	"fault" text,
	"report" jsonb,
	"stop_asked_at" timestamp with time zone,
	"ordered_at" timestamp with time zone DEFAULT now() NOT NULL,
	"begun_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "simulator_samples" (
	"run_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"sample" jsonb NOT NULL,
	CONSTRAINT "simulator_samples_run_id_number_pk" PRIMARY KEY("run_id","number")
);
--> statement-breakpoint
ALTER TABLE "simulated_people" ADD CONSTRAINT "simulated_people_population_simulated_populations_id_fk" FOREIGN KEY ("population") REFERENCES "public"."simulated_populations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "simulator_samples" ADD CONSTRAINT "simulator_samples_run_id_simulator_runs_run_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."simulator_runs"("run_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "simulated_people_user" ON "simulated_people" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "simulated_populations_one" ON "simulated_populations" USING btree ((true)) WHERE status <> 'removed';--> statement-breakpoint
CREATE INDEX "simulator_runs_latest" ON "simulator_runs" USING btree ("ordered_at");--> statement-breakpoint
CREATE UNIQUE INDEX "simulator_runs_one" ON "simulator_runs" USING btree ((true)) WHERE status IN ('ordered', 'running');