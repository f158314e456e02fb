import {
  TARGETS,
  type Nemesis,
  type Phase,
  type Shape,
  type Target,
  type TargetWord,
} from "../../nemesis/types.js";
import type { Backend } from "../backends/types.js";
import { LockjepsenError } from "../error.js";
import { createRandom } from "../random.js";
import { count } from "../report/text.js";
import { didYouMean, unknownName } from "../suggest.js";
import { NO_NEMESIS } from "./defaults.js";
import { phaseOf, type ChosenNemesis, type ChosenShape } from "./faults.js";

/** Every nemesis that the service under test has a use for. */
export const ALL_NEMESES = "all";

/** What a fault may be: the service, how many servers it has, and the names of all hosts. */
export interface Ground {
  readonly backend: Backend;
  readonly nodes: number;
  readonly hosts: readonly string[];
}

export interface AskedFaults {
  /** `pause`, `pause,partition:halves`, `all`, `none`. */
  readonly nemesis: string;
  readonly target: Target | undefined;
  readonly phase: Phase | undefined;
  /** `clock.offset` -> `10h`. */
  readonly parameters: Readonly<Record<string, string>>;
}

type Nemeses = Readonly<Record<string, Nemesis>>;

/** The nemeses that were asked for, with their shapes. Throws a usage error for what cannot be. */
export function chooseNemeses(
  asked: AskedFaults,
  nemeses: Nemeses,
  ground: Ground,
): readonly ChosenNemesis[] {
  const words = asked.nemesis.split(",").map((word) => word.trim());
  const chosen = words.flatMap((word): readonly ChosenNemesis[] => {
    if (word === NO_NEMESIS && words.length === 1) return [];
    if (word !== ALL_NEMESES) return [choose(word, asked, nemeses, ground)];
    const able = Object.keys(nemeses).flatMap((name) => attempt(() => choose(name, asked, nemeses, ground)));
    if (able.length > 0) return able;
    throw usage(`no fault may hit ${asked.target ?? "this service"}`, "take another --target");
  });
  checkParameters(
    asked.parameters,
    chosen.map(({ nemesis }) => nemesis),
  );
  return chosen;
}

function choose(word: string, asked: AskedFaults, nemeses: Nemeses, ground: Ground): ChosenNemesis {
  const [name = "", shapeName, ...rest] = word.split(":");
  const nemesis = Object.hasOwn(nemeses, name) ? nemeses[name] : undefined;
  if (shapeName !== undefined && [NO_NEMESIS, ALL_NEMESES].includes(name))
    throw usage(`--nemesis ${word}: ${name} has no shapes`, `take --nemesis ${name}`);
  if (!nemesis) throw unknownName("nemesis", name, [NO_NEMESIS, ALL_NEMESES, ...Object.keys(nemeses)]);
  const names = Object.keys(nemesis.shapes);
  if (shapeName !== undefined && (rest.length > 0 || !names.includes(shapeName)))
    throw unknownName(`shape of ${name}`, [shapeName, ...rest].join(":"), names);
  const wanted =
    shapeName === undefined && nemesis.bare === "drawn"
      ? names.filter((shape) => nemesis.shapes[shape]?.asked !== true)
      : [shapeName ?? names[0] ?? ""];
  const fits = wanted.map((shape) => fit(nemesis, shape, asked, ground));
  const shapes = fits.filter((one): one is ChosenShape => !(one instanceof LockjepsenError));
  if (shapes.length === 0) throw fits[0];
  checkTargets(nemesis, shapes, asked.parameters);
  return { nemesis, shapes, parameters: ownParameters(asked.parameters, name) };
}

/** A shape with its target and phase, or why the service under test has no use for it. */
function fit(
  nemesis: Nemesis,
  name: string,
  { target, phase }: AskedFaults,
  ground: Ground,
): ChosenShape | LockjepsenError {
  const shape = nemesis.shapes[name] as Shape;
  const title = `${nemesis.name}:${name}`;
  const { backend, nodes } = ground;
  if (shape.needs !== undefined && backend[shape.needs] === undefined)
    return usage(
      `${title}: ${backend.name} offers no ${NEEDS[shape.needs]}`,
      "take another --nemesis, or another backend",
    );
  if (shape.leastServers !== undefined && nodes < shape.leastServers)
    return usage(
      `${title} needs ${count(shape.leastServers, "server")}, and ${backend.name} has ${nodes === 0 ? "none" : `${nodes} here`}`,
      `take another ${nodes === 0 ? "--nemesis" : "shape of it"}${backend.nodes.max >= shape.leastServers ? `, or --nodes ${shape.leastServers}` : ""}`,
    );
  const able = shape.targets.filter((one) => hittable(one, ground));
  const chosen = target ?? able[0];
  if (chosen === undefined)
    return usage(`${title}: there is nobody to hit`, "take another --nemesis, or another backend");
  if (!mayHit(shape, chosen, ground))
    return chosen === "leader" && backend.leader === undefined
      ? usage(`${backend.name} has no leader to aim at`, `take another --target: ${able.join(", ")}`)
      : usage(`${title} cannot hit ${chosen}`, `take --target ${able.join(", ")}`);
  return {
    name,
    target: chosen,
    phase: phaseOf(shape, chosen, phase),
    ...(shape.toTheEnd && { toTheEnd: true }),
  };
}

const NEEDS = {
  endSession: "way to end a client's session",
  failover: "way to make it promote another server",
  clock: "way to ask a server for its clock",
  startsEmpty: "way back for a server without its data",
} as const;

const OF_CLIENTS: ReadonlySet<string> = new Set(["holder", "clients"]);

const hittable = (target: Target, { backend, nodes }: Ground): boolean =>
  OF_CLIENTS.has(target) || (nodes > 0 && (target !== "leader" || backend.leader !== undefined));

/** Nodes by name: servers where it may hit servers at all, clients where it may hit clients. */
function mayHit(shape: Shape, target: Target, ground: Ground): boolean {
  if (isWord(target)) return shape.targets.includes(target) && hittable(target, ground);
  const [ofClients, ofServers] = [true, false].map((clients) =>
    shape.targets.some((one) => OF_CLIENTS.has(one) === clients),
  );
  return target
    .split(",")
    .every((name) => ground.hosts.includes(name) && (name.startsWith("c") ? ofClients : ofServers));
}

/** Throws a usage error unless the target is a word for one, or names of hosts, each once. */
export function checkTarget(target: Target, hosts: readonly string[]): void {
  if (isWord(target)) return;
  const names = target.split(",");
  const unknown = names.find((name) => !hosts.includes(name));
  if (unknown !== undefined) throw unknownName("target", unknown, [...TARGETS, ...hosts]);
  const again = names.find((name, place) => names.indexOf(name) < place);
  if (again !== undefined) throw usage(`the target names ${again} twice`, "name each host once");
}

const isWord = (target: Target): target is TargetWord => (TARGETS as readonly string[]).includes(target);

function checkParameters(parameters: AskedFaults["parameters"], nemeses: readonly Nemesis[]): void {
  const names = nemeses.flatMap(({ name, parameters }) =>
    Object.keys(parameters).map((key) => `${name}.${key}`),
  );
  for (const [name, text] of Object.entries(parameters)) {
    const [, of = "", key = ""] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
    const parameter = nemeses.find((nemesis) => nemesis.name === of)?.parameters[key];
    if (parameter === undefined)
      throw usage(
        names.length === 0
          ? `--fault ${name}: the faults of this run have nothing to set`
          : `--fault: there is no "${name}"`,
        names.length === 0 ? "leave it out" : didYouMean(name, names),
      );
    parameter.draw(text, createRandom(0), { ttlMs: 1_000 });
  }
}

/** Some parameters mean something for some targets only. */
function checkTargets(
  { name, parameters }: Nemesis,
  shapes: readonly ChosenShape[],
  asked: AskedFaults["parameters"],
): void {
  for (const [key, { targets, default: usual }] of Object.entries(parameters)) {
    const text = asked[`${name}.${key}`] ?? usual;
    const other = shapes.find(({ target }) => !(targets as readonly Target[] | undefined)?.includes(target));
    if (text === usual || targets === undefined || other === undefined) continue;
    throw usage(
      `--fault ${name}.${key}=${text} means nothing for --target ${other.target}`,
      `take --target ${targets.join(" or ")}, or leave it out`,
    );
  }
}

const ownParameters = (parameters: AskedFaults["parameters"], nemesis: string): ChosenNemesis["parameters"] =>
  Object.fromEntries(
    Object.entries(parameters)
      .filter(([name]) => name.startsWith(`${nemesis}.`))
      .map(([name, text]) => [name.slice(nemesis.length + 1), text]),
  );

/** A list of what it makes, empty where it cannot be had. */
function attempt<T>(make: () => T): readonly T[] {
  try {
    return [make()];
  } catch (error) {
    if (error instanceof LockjepsenError && error.code === "usage") return [];
    throw error;
  }
}

const usage = (message: string, hint: string): LockjepsenError => new LockjepsenError("usage", message, hint);
