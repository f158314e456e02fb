/** What marks things as ours: nothing is ever looked for by its name. */

/** Everything of a run: its id. */
export const RUN = "lockjepsen.run";
/** Whose run it is: an `Identity`, as JSON. */
export const OWNER = "lockjepsen.owner";
/** When it began, ISO 8601. */
export const STARTED = "lockjepsen.started";
/** What a container is in its run: a server's name, or `keeper`. */
export const PART = "lockjepsen.part";
/** An image of ours: which. */
export const IMAGE = "lockjepsen.image";
/** lockjepsen itself, in its own image: pid of whom it works for. */
export const SELF = "lockjepsen.self";

/** For the `filters` of the engine's lists. */
export const withLabel = (label: string, value?: string): { readonly label: string[] } => ({
  label: [value === undefined ? label : `${label}=${value}`],
});
