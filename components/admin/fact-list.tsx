"use client";

import { TraceId } from "../ui/trace-id";
import admin from "./admin.module.css";
import classes from "./facts.module.css";

/** Names of facts are the same in every language: an engineer looks for them in the code and the logs. */
export function FactList({ facts }: { facts: Record<string, unknown> }) {
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined);
  if (known.length === 0) return null;
  return (
    <dl className={`${classes.facts} ${admin.mono}`}>
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {name.toLowerCase().endsWith("traceid") ? <TraceId traceId={String(value)} /> : toText(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
