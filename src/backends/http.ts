import { request } from "node:http";

export interface HttpRequest {
  readonly method?: "GET" | "POST" | "PUT";
  /** `http://10.77.0.1:2379/version`. */
  readonly url: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Aborting it gives up on the answer: what was asked for may still be done. */
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** The server's wall clock as it says itself, ms since 1970, whole seconds; NaN where it does not. */
  readonly date: number;
}

/** One request on a connection of its own, sent once. Rejects when there is no whole answer, whatever was done. */
export async function requestOnce({ method = "GET", url, body, signal }: HttpRequest): Promise<HttpAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return await new Promise((resolve, reject) => {
    const call = request(url, { method, agent: false, signal }, (response) => {
      let received = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (received += chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          body: received,
          date: Date.parse(response.headers.date ?? ""),
        }),
      );
    });
    call.on("error", reject);
    if (text !== undefined) call.setHeader("content-type", "application/json");
    call.end(text);
  });
}

/** A server's wall clock by the `Date` of its answer to a GET. Rejects when it does not tell. */
export async function clockOf(url: string, withinMs = 2_000): Promise<number> {
  const { date } = await requestOnce({ url, signal: AbortSignal.timeout(withinMs) });
  if (Number.isNaN(date)) throw new Error(`${url} does not tell its time`);
  return date;
}
