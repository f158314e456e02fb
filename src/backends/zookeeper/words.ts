import { connect } from "node:net";

/**
 * A server's answer to one of its four-letter words, asked on a connection of its own. Rejects when there is none in
 * time.
 */
export async function askWord(endpoint: string, word: string, withinMs: number): Promise<string> {
  const [host = "", port = ""] = endpoint.split(":");
  return await new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) });
    let answer = "";
    socket.setTimeout(withinMs, () => socket.destroy(new Error(`${endpoint} does not answer`)));
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write(word));
    socket.on("data", (text: string) => (answer += text));
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

/** The value of `name` in an answer of lines like `name=value` or `name: value`; undefined: it is not there. */
export const valueOf = (answer: string, name: string): string | undefined =>
  new RegExp(`^${name}(?:=|: )(.*)$`, "m").exec(answer)?.[1]?.trim();
