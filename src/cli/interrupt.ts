import { EXIT } from "../error.js";

export interface Interruption {
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** Listens no more. */
  dispose(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * The first signal asks for an orderly end (heal, save, judge, clean up); the second ends at once, after `atOnce` has
 * said what is left behind.
 */
export function onInterrupt(orderly: () => void, atOnce: () => void): Interruption {
  const controller = new AbortController();
  const hear = (): void => {
    if (controller.signal.aborted) {
      atOnce();
      process.exit(EXIT.interrupted);
    }
    orderly();
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const signal of SIGNALS) process.off(signal, hear);
    },
  };
}

/** Does something that a signal ends in good order; what it tears down then is no error. Resolves to the exit code. */
export async function interruptibly(
  action: (signal: AbortSignal) => Promise<number>,
  orderly = "interrupted: cleaning up",
): Promise<number> {
  const tell = (text: string) => (): void => void (text !== "" && process.stderr.write(`${text}\n`));
  const { signal, dispose } = onInterrupt(
    tell(orderly),
    tell("stopped at once: `lockjepsen clean` removes what is left"),
  );
  try {
    const exitCode = await action(signal);
    return signal.aborted ? EXIT.interrupted : exitCode;
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    dispose();
  }
}
