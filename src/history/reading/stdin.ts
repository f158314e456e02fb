/** Standard input, as a path. */
export const STDIN = "-";
