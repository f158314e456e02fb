import { dyingWithUs } from "../../src/cluster/apart.js";
import type { Host } from "../../src/cluster/types.js";

/** Nothing listens there: the kernel itself refuses at once, whatever its host's processes do. */
const CLOSED_PORT = 9;
const KNOCK = `
  const { connect } = require("node:net");
  const [timeoutMs, ...addresses] = process.argv.slice(1);
  const knock = (address) => new Promise((resolve) => {
    const from = performance.now();
    const socket = connect(${CLOSED_PORT}, address);
    const end = (answered) => { socket.destroy(); clearTimeout(timer); resolve(answered ? performance.now() - from : null); };
    const timer = setTimeout(end, Number(timeoutMs), false);
    socket.on("connect", () => end(true)).on("error", ({ code }) => end(code === "ECONNREFUSED" || code === "ECONNRESET"));
  });
  Promise.all(addresses.map(knock)).then((times) => console.log(JSON.stringify(times)));
`;
/** Beyond what is waited for: a program starts on a busy machine. */
const START_MS = 10_000;

/**
 * Knocks at hosts from within another: the round trip to each, ms, or null where none answered in time. A packet there
 * (SYN) and one back (RST), by TCP as all that matters goes. Null at all: the knocker itself did not get through.
 */
export async function knock(
  from: Host,
  to: readonly Host[],
  timeoutMs: number,
): Promise<readonly (number | null)[] | null> {
  const program = [...dyingWithUs(), process.execPath, "-e", KNOCK];
  const argv = [...program, String(timeoutMs), ...to.map(({ address }) => address)];
  const { code, stdout } = await from.exec(argv, { timeoutMs: timeoutMs + START_MS });
  return code === 0 ? (JSON.parse(stdout) as readonly (number | null)[]) : null;
}
