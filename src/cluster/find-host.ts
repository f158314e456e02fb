import { demandEngine } from "./docker/engine.js";
import { RUN } from "./docker/labels.js";
import { dockerAddresses } from "./docker/network.js";
import { makeContainerNode } from "./docker/node.js";
import { makeHost, type HostPlace } from "./host.js";
import type { JournalStep, ServerStart, StoredJournal } from "./journal.js";
import { placeOf } from "./layout.js";
import { LOCAL_ADDRESSES } from "./local.js";
import { namespaceExists } from "./namespaces.js";
import { makeNode } from "./node.js";
import type { Host } from "./types.js";

/** The hosts of a run whose lockjepsen is no more, as far as they are still there; servers as such. */
export function findHost(
  { header: { runId }, steps }: Pick<StoredJournal, "header" | "steps">,
  name: string,
): Host | undefined {
  const subnet = find(steps, "subnet")?.subnet;
  const addresses = subnet === undefined ? LOCAL_ADDRESSES : dockerAddresses(subnet);
  const place: HostPlace = { ...placeOf(runId, name, addresses), orphaned: true };
  const made = find(steps, "netns", (step) => step.name === place.namespace);
  if (!made || !namespaceExists(place.namespace)) return undefined;
  const start = find(steps, "server", (step) => step.name === name);
  if (!start) return makeHost(place, () => {});
  const engine = find(steps, "docker")?.address;
  if (!start.container || engine === undefined)
    return makeNode({ ...start, place, prepared: true }, () => {});
  const keeper = find(steps, "keeper", (step) => step.host === name)?.pid;
  return contained(
    { ...start, ...start.container },
    { ...place, ...(keeper !== undefined && { keeper }) },
    {
      runId,
      engine,
    },
  );
}

const contained = (
  { command, logFile, image, networkOf }: ServerStart & NonNullable<ServerStart["container"]>,
  place: HostPlace,
  { runId, engine }: { readonly runId: string; readonly engine: string },
): Host =>
  makeContainerNode(
    {
      engine: () => demandEngine(engine),
      place,
      command,
      image,
      networkOf,
      labels: { [RUN]: runId },
      logFile,
      made: true,
    },
    () => {},
  );

/** The first step of its kind that `is` likes. */
function find<K extends JournalStep["kind"]>(
  steps: readonly JournalStep[],
  kind: K,
  is: (step: Extract<JournalStep, { kind: K }>) => boolean = () => true,
): Extract<JournalStep, { kind: K }> | undefined {
  return steps.find(
    (step): step is Extract<JournalStep, { kind: K }> =>
      step.kind === kind && is(step as Extract<JournalStep, { kind: K }>),
  );
}
