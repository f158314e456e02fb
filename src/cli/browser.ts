import { spawn } from "node:child_process";
import { once } from "node:events";
import { LockjepsenError } from "../error.js";

/** Hands a file to the desktop's browser, and does not wait for it to be closed. */
export async function openInBrowser(file: string): Promise<void> {
  const child = spawn("xdg-open", [file], { detached: true, stdio: "ignore" });
  try {
    await once(child, "spawn");
  } catch (cause) {
    throw new LockjepsenError(
      "environment",
      `cannot open ${file}: there is no xdg-open`,
      "open the file in a browser by hand",
      {
        cause,
      },
    );
  }
  child.unref();
}
