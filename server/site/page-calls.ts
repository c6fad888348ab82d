import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { AnyTRPCProcedure } from "@trpc/server";
import { callProcedure } from "../fast-path/call-procedure";
import type { Ctx } from "../services/context";
import { appRouter } from "../trpc/router";
import { PAGE_QUERIES, type PageAnswer, type PageQuestion } from "./page-questions";

/** A page does not wait longer for one answer: the browser asks for what is missing. */
const ANSWER_MS_MAX = 1_500;

const procedures = appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>;

/**
 * The web process' side of pages that are made with what they show. Who is calling is read once, here, and stays here: the
 * site knows a request by a name that nobody can guess, for as long as its page is being made.
 */
export class PageCalls {
  readonly #open = new Map<string, Ctx>();

  /** While `make` makes a page it may ask under the name it is given; without one where the caller cannot be read in time. */
  async during(readCtx: () => Promise<Ctx>, make: (call?: string) => Promise<void>): Promise<void> {
    const read = readCtx().catch(() => undefined);
    const ctx = await Promise.race([read, delay(ANSWER_MS_MAX, undefined, { ref: false })]);
    if (!ctx) return await make();
    const call = randomUUID();
    this.#open.set(call, ctx);
    try {
      await make(call);
    } finally {
      this.#open.delete(call);
    }
  }

  /** Never rejects. */
  async answer({ question, call, path, input }: PageQuestion): Promise<PageAnswer> {
    const ctx = this.#open.get(call);
    const json = ctx && PAGE_QUERIES.includes(path) ? await this.#ask(ctx, path, input) : undefined;
    return { answerTo: question, json };
  }

  async #ask(ctx: Ctx, path: PageQuestion["path"], input: unknown): Promise<string | undefined> {
    const late = new AbortController();
    const { signal } = late;
    try {
      const procedure = procedures[path];
      if (!procedure) return undefined;
      const asked = callProcedure(procedure, {
        path,
        readInput: () => input,
        ctx,
        type: "query",
        signal,
        batchIndex: 0,
      });
      const timeOut = delay(ANSWER_MS_MAX, undefined, { signal, ref: false });
      return JSON.stringify(await Promise.race([asked, timeOut]));
    } catch {
      return undefined;
    } finally {
      late.abort();
    }
  }
}
