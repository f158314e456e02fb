import { z } from "zod";
import { PHASES } from "../../nemesis/types.js";
import { FAULT_KINDS, type JudgeContext } from "../history/context.js";
import { SOURCES } from "../plan/sources.js";
import { REGISTERS, type Plan } from "../plan/types.js";
import type { Environment } from "./types.js";

/** What stored files must look like to be trusted: the types they claim to be, checked by the compiler to agree. */
const count = z.number().int().nonnegative();
const text = z.string();
const range = z.object({ min: z.number(), max: z.number() });

const faultKind = z.enum(FAULT_KINDS);

const judge: z.ZodType<JudgeContext> = z.object({
  version: z.literal(1),
  backend: text,
  recipe: text,
  promises: z.object({
    exclusion: z.enum(["service", "timing", "none", "resource"]),
    lease: z.enum(["ttl", "session", "connection", "none"]),
    ttl: range.extend({ step: z.number(), default: z.number() }),
    renewals: z.enum(["visible", "none", "hidden"]),
    token: text.nullable(),
    except: z.array(faultKind),
    source: text,
  }),
  ttlMs: z.number(),
  freedWithinMs: z.number().nullable(),
  fencing: z.enum(["off", "on", "writes", "identity"]),
  discipline: z.enum(["trusting", "checking", "heedless"]),
  workload: text,
  sum: z
    .object({
      initial: z.number(),
      by: z.union([z.number(), z.literal("element")]),
      goal: z.number().exactOptional(),
    })
    .exactOptional(),
  leastGrants: count,
  nemeses: z.array(text),
  locks: z.array(text),
  clients: z.array(text),
  servers: z.array(text).exactOptional(),
});

export const planSchema: z.ZodType<Plan> = z.object({
  version: z.literal(1),
  runId: text,
  created: text,
  lockjepsen: text,
  seed: count,
  runtime: z.enum(["local", "docker"]),
  backend: z.object({
    name: text,
    version: text.nullable(),
    module: text,
    nodes: count,
    settings: z.record(text, text),
  }),
  judge,
  workload: text,
  register: z.enum(REGISTERS),
  holdMs: range,
  waitMs: z.number(),
  clients: count,
  durationMs: z.number(),
  faults: z.array(
    z.object({
      id: text,
      nemesis: text,
      target: text,
      shape: text,
      phase: z.enum(PHASES).nullable(),
      client: text.nullable(),
      after: text.nullable(),
      parameters: z.record(text, z.union([text, z.number()])),
      atMs: z.number(),
      durationMs: z.number(),
      pick: z.number(),
    }),
  ),
  recoverMs: z.number(),
  command: text,
  sources: z.record(text, z.enum(SOURCES)).exactOptional(),
});

export const environmentSchema: z.ZodType<Environment> = z.object({
  kernel: text,
  os: text,
  node: text,
  cpus: count,
  memoryGiB: z.number(),
  lockjepsen: text,
  runtime: text,
  rootless: z.boolean(),
  capabilities: z.record(text, z.record(text, z.union([z.literal(true), text]))).optional(),
  backend: z.object({
    name: text,
    version: text,
    origin: text,
    servers: z.record(text, z.array(text)),
    settings: z.record(text, text),
  }),
  register: z.object({ version: text, origin: text }).optional(),
});
