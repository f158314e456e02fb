import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../src/cluster/types.js";
import { LockjepsenError } from "../src/error.js";
import { claiming } from "./exclusive.js";
import { hostsNamed } from "./hosts.js";
import { outlasting } from "./lasts.js";
import { setRight, startGuard, type Guard } from "./clock/guard.js";
import { chooseMechanism, environmentFor, mechanismNamed, MECHANISMS } from "./clock/choose.js";
import type { Mechanism } from "./clock/mechanism.js";
import { testimony, type Witnesses } from "./clock/measure.js";
import { drawOffset, drawRate, DRAWN } from "./clock/parameters.js";
import { waves, WAVES, type WaveName, type WaveTerms } from "./clock/waves.js";
import { durationOf, wordOf } from "./parameters.js";
import type { Nemesis, PlannedFault, Shape } from "./types.js";

interface Note {
  readonly hosts: readonly string[];
  readonly mechanism: Mechanism["name"];
}

/** What drifts is looked at when it has drifted. */
const GATHER_MS = 100;
const DRIFTING: ReadonlySet<string> = new Set(["drift", "reset"]);

const TARGETS = ["servers", "leader", "one", "minority", "majority", "all", "holder", "clients"] as const;
const DESCRIPTIONS: Readonly<Record<WaveName, string>> = {
  jump: "set forward or back at once, and right again at the end",
  drift: "runs too fast or too slow",
  strobe: "off and right in turns",
  reset: "drifts, and is stepped right over and over",
};

/**
 * Sets the wall clock of every process on a host off: what NTP that steps, a person, or a virtual machine that was moved
 * does. Monotonic clocks go on as they were: on no real host do they jump. The tester's own clock and the recorder's are
 * never touched.
 */
export const clock: Nemesis = {
  name: "clock",
  description: "the wall clock of every process on a host set off, by its own word",
  colour: "#c98a1b",
  shapes: Object.fromEntries(
    WAVES.map((name): [string, Shape] => [name, { description: DESCRIPTIONS[name], targets: TARGETS }]),
  ),
  bare: "first",
  parameters: {
    offset: {
      description: "jump, strobe: how far ahead, 3s, or behind, -10h; drawn: from a lease to 10h, either way",
      default: DRAWN,
      draw: drawOffset,
    },
    rate: {
      description: "drift, reset: how much too fast, 1%, or slow, -50%; drawn: 10% to 100%, either way",
      default: DRAWN,
      draw: drawRate,
    },
    period: {
      description: "strobe: how long in each turn; reset: from one to the next",
      default: "500ms",
      draw: durationOf("clock.period"),
    },
    mechanism: {
      description: "auto, vdso (what runs is patched), libfaketime (preloaded at the start; not seen by Go)",
      default: "auto",
      draw: wordOf("clock.mechanism", MECHANISMS),
    },
  },
  lasts: outlasting,
  async available(asked) {
    const chosen = await chooseMechanism(asked);
    return "reason" in chosen ? chosen : true;
  },
  environment: environmentFor,
  inject: ({ hosts, fault, clients, service, note }) =>
    claiming(hosts, "clock", fault.id, async () => {
      const mechanism = await demand(fault, hosts);
      note({ hosts: hosts.map(({ name }) => name), mechanism: mechanism.name } satisfies Note);
      const nobody = hosts.find((host) => host.pids().length === 0);
      if (nobody)
        throw new LockjepsenError("environment", `nothing runs on ${nobody.name}`, "see the run's logs");
      const wave = waves[fault.shape as WaveName](termsOf(fault));
      const witnesses = { clients, service };
      const from = process.hrtime.bigint();
      const guard = await startGuard(hosts, mechanism, wave);
      try {
        if (DRIFTING.has(fault.shape)) await sleep(GATHER_MS);
        const seen = await testimony(hosts, mechanism, witnesses, guard.offset);
        const set = `${guard.processes} ${guard.processes === 1 ? "process" : "processes"} by ${mechanism.name}`;
        return { from, evidence: `${seen} (${set})`, heal: () => heal(guard, hosts, mechanism, witnesses) };
      } catch (error) {
        await guard.end();
        throw error;
      }
    }),
  async undo(note, find) {
    const { hosts, mechanism } = note as Note;
    const found = hostsNamed(hosts, find);
    await setRight(found, mechanismNamed(mechanism, found));
    return "the clocks are right again";
  },
};

async function heal(
  guard: Guard,
  hosts: readonly Host[],
  mechanism: Mechanism,
  witnesses: Witnesses,
): Promise<string> {
  const trouble = await guard.end();
  const seen = await testimony(hosts, mechanism, witnesses, () => 0);
  return trouble === null ? seen : `${seen}; it could not always be set: ${trouble}`;
}

const termsOf = ({ parameters }: PlannedFault): WaveTerms => ({
  offset: Number(parameters["offset"]),
  rate: Number(parameters["rate"]),
  period: Number(parameters["period"]),
});

async function demand(fault: PlannedFault, hosts: readonly Host[]): Promise<Mechanism> {
  const mechanism = await chooseMechanism(fault, hosts);
  if ("reason" in mechanism) throw new LockjepsenError("environment", mechanism.reason, mechanism.mend);
  return mechanism;
}
