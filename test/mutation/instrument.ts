/** Puts every mutant of a source into it at once, each behind a switch: so one load serves to try them all. */
import { parseAst } from "vitest/node";

/** One rule switched off or turned round: some test must notice. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  /** What is changed, and how. */
  readonly code: string;
  readonly change: string;
  /** Outside of any function: it acts when its module is loaded. */
  readonly onLoad: boolean;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/**
 * The source with switches: `$is(n)` is true where its mutant n is the one that is tried, and loops count their rounds by
 * `$tick`, so that one which a mutant made endless can be ended. Both are in `switchboard.ts`. What is switched:
 *
 * - A condition, on for ever and off for ever.
 * - A part of a condition, out of it.
 * - A comparison at its border: `<=` for `<`, and the reverse. Those of loops say nothing but where a list ends.
 * - A filter, left out; a search, to what comes first.
 * - `min` for `max`, and the reverse.
 * - A word of a list that stands outside of functions, out of it; a number there, twice as large.
 *
 * What only tells `undefined` from the rest, for the compiler, and what chooses words of an explanation is no rule.
 */
export function instrument(
  source: string,
  file: string,
): { readonly code: string; readonly mutants: readonly Mutant[] } {
  const mutants: Mutant[] = [];
  const ast = parseAst(source, { lang: "ts" }) as unknown as Node;

  function render(node: Node, within: boolean, counts = false): string {
    if (isLeaf(node)) return source.slice(node.start, node.end);
    const inside = within || node.type.includes("Function");
    const pieces: string[] = [];
    let at = node.start;
    for (const child of childrenOf(node)) {
      const isCount = isLoop(node) && child === node["test"];
      pieces.push(source.slice(at, child.start));
      pieces.push(switched(child, node, render(child, inside, isCount), inside));
      at = child.end;
    }
    pieces.push(source.slice(at, node.end));
    return whole(node, counts ? pieces.join("") : compared(node, pieces, inside), inside);
  }

  /** A comparison, of what stands before its left side, that side, its sign, and the right side. */
  function compared(node: Node, pieces: readonly string[], inside: boolean): string {
    const sign = String(node["operator"]);
    const other = node.type === "BinaryExpression" && BORDERS[sign];
    const text = pieces.join("");
    if (!other) return text;
    const turned = pieces.with(2, pieces[2]?.replace(sign, other) ?? "").join("");
    return `(${add(node, `with ${other}`, inside)} ? ${turned} : ${text})`;
  }

  /** `$is(n)` of a new mutant. */
  function add(node: Node, change: string, inside: boolean): string {
    const line = source.slice(0, node.start).split("\n").length;
    const code = source.slice(node.start, node.end).replaceAll(/\s+/g, " ");
    return `$is(${mutants.push({ file, line, code, change, onLoad: !inside }) - 1})`;
  }

  /** A node as what is above it makes of it. */
  function switched(node: Node, above: Node, text: string, inside: boolean): string {
    if (node === above["test"]) return tested(node, above, text, inside);
    if (above.type === "LogicalExpression" && !isGuard(node)) {
      if (above["operator"] === "&&") return `(${add(node, "left out of an and", inside)} || (${text}))`;
      if (above["operator"] === "||") return `(!${add(node, "left out of an or", inside)} && (${text}))`;
    }
    if (above.type === "CallExpression" && (above["arguments"] as readonly Node[])[0] === node) {
      const method = nameOf((above["callee"] as Node)["property"]);
      if (method === "filter") return `${add(node, "no filter", inside)} ? () => true : (${text})`;
      if (method === "find")
        return `${add(node, "the first, whatever it is", inside)} ? () => true : (${text})`;
    }
    if (above.type === "ArrayExpression" && !inside && node.type === "Literal")
      return `...(${add(node, "left out of the list", inside)} ? [] : [${text}])`;
    return text;
  }

  function tested(node: Node, above: Node, text: string, inside: boolean): string {
    if (isLoop(above)) return `($tick() && (${text}))`;
    if (above.type === "SwitchCase" || isGuard(node) || isWording(above)) return text;
    return `(${add(node, "always", inside)} || !${add(node, "never", inside)} && (${text}))`;
  }

  function whole(node: Node, text: string, inside: boolean): string {
    if (node.type === "ForStatement" && node["test"] === null) return text.replace(/;\s*;/, "; $tick();");
    if (node.type === "Literal" && !inside && typeof node["value"] === "number")
      return `(${add(node, "twice that", inside)} ? 2 * ${text} : ${text})`;
    const swap = node.type === "MemberExpression" && SWAPS[text];
    return swap ? `Math[${add(node, swap, inside)} ? "${swap}" : "${nameOf(node["property"])}"]` : text;
  }

  const code = render(ast, false);
  const board = `const { $is, $tick } = globalThis.mutation.board(${JSON.stringify(mutants)});`;
  // On the first line, so that the lines of errors stay what they are.
  return { code: `${board} ${code}`, mutants };
}

const BORDERS: Readonly<Record<string, string>> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };

const isLoop = ({ type }: Node): boolean => type === "WhileStatement" || type === "ForStatement";

const SWAPS: Readonly<Record<string, string>> = { "Math.min": "max", "Math.max": "min" };

const nameOf = (node: unknown): string =>
  isNode(node) && node.type === "Identifier" ? String(node["name"]) : "";

/** What asks whether there is something at all. */
function isGuard(node: Node): boolean {
  const { type } = node;
  if (type === "ParenthesizedExpression" || type === "ChainExpression")
    return isGuard(node["expression"] as Node);
  if (type === "UnaryExpression") return node["operator"] === "!" && isGuard(node["argument"] as Node);
  if (type === "ObjectExpression" || type === "Identifier") return true;
  if (type !== "BinaryExpression") return false;
  return [node["left"], node["right"]].some((side) => NOTHING.has(textOf(side as Node)));
}

const NOTHING: ReadonlySet<string> = new Set(["undefined", "null"]);
const textOf = (node: Node): string => (node.type === "Literal" ? String(node["raw"]) : nameOf(node));

/** A choice between two texts. */
const isWording = (node: Node): boolean =>
  node.type === "ConditionalExpression" &&
  [node["consequent"], node["alternate"]].some(
    (branch) => isNode(branch) && (branch.type === "TemplateLiteral" || typeof branch["value"] === "string"),
  );

/** Types do not run, a text is no rule, and what is written once for two nodes cannot be changed for one of them. */
const isLeaf = ({ type, shorthand }: Node): boolean =>
  (type.startsWith("TS") && !EXPRESSIONS.has(type)) ||
  /^(Import|ExportSpecifier|ExportAll|TemplateLiteral)/.test(type) ||
  shorthand === true;
const EXPRESSIONS: ReadonlySet<string> = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
]);

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && "start" in value;

function childrenOf(node: Node): readonly Node[] {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]))
    .filter(isNode)
    .toSorted((a, b) => a.start - b.start);
}
