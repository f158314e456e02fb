/** Whether the service still stands by a holder, as a resource asks it that is shown a sequencer. */
import { loadBackend } from "../backends/index.js";
import type { SequencerPlace } from "./messages.js";
import type { RegisterRequest } from "./state.js";

/**
 * Resolves to what asks. A request without a token is nobody's grant's: a final read, which may always look. Where the
 * service does not answer nobody is let in, as M. Burrows, "The Chubby lock service" (2006), 2.4, has it of a resource
 * that keeps no record of its own; the high-water mark stays in force besides, for between the answer and the write a
 * lease may end.
 */
export async function askingAt({
  module,
  recipe,
  endpoints,
}: SequencerPlace): Promise<(request: RegisterRequest) => Promise<boolean>> {
  const { recipes } = await loadBackend(module);
  const { stands } = recipes[recipe] ?? {};
  if (!stands) throw new Error(`${recipe} has no sequencers`);
  return async ({ lock, token }) =>
    token === undefined || (await stands(endpoints, lock, token).catch(() => false));
}
