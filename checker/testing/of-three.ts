import { check } from "../index.js";
import type { Finding, Verdict } from "../types.js";
import type { ContextChanges } from "./context.js";
import { scenario, type Scenario } from "./scenario.js";

/** What is said of a scenario of three clients that ends at 8 s. */
export function ofThree(tell: (tells: Scenario) => void, changes: ContextChanges = {}): Verdict {
  const tells = scenario({ clients: ["c1", "c2", "c3"], ...changes });
  tell(tells);
  tells.end(8);
  return check(tells.history());
}

/** Its first finding of a kind. */
export const first = (verdict: Verdict, kind: Finding["kind"]): Finding | undefined =>
  verdict.findings.find((finding) => finding.kind === kind);
