import { describe, expect, test } from "vitest";
import { LockjepsenError } from "../../error.js";
import { engineError, engineMessage, missingProgram } from "./errors.js";

/** As dockerode throws it. */
const thrown = (statusCode: number, message: string): Error =>
  Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${message} `), {
    statusCode,
    json: { message },
  });

test("the engine's own words, on one line", () => {
  expect(engineMessage(thrown(500, "one\n  two\n"))).toBe("one two");
});

describe("a mend for", () => {
  test.each([
    [
      thrown(400, 'failed to create shim: exec: "etcd": executable file not found in $PATH: unknown'),
      "n1: its image has no etcd",
      /image that has it/,
    ],
    [
      thrown(400, "OCI runtime create failed: runc: stat /no/such: no such file or directory: unknown"),
      "n1: its image has no /no/such",
      /image that has it/,
    ],
    [thrown(500, "write /x: no space left on device"), "n1: the engine's disk is full", /free some space/],
    [
      Object.assign(new Error("connect ECONNREFUSED /x"), { code: "ECONNREFUSED" }),
      "n1: the Docker engine does not answer any more",
      /start it/,
    ],
    [thrown(500, "something else"), "n1: something else", /doctor/],
  ])("%s", (error, message, hint) => {
    expect(engineError("n1", error)).toMatchObject({
      code: "environment",
      message,
      hint: expect.stringMatching(hint),
    });
  });
});

test("an error of ours stays as it is", () => {
  const ours = new LockjepsenError("usage", "what", "mend");
  expect(engineError("n1", ours)).toBe(ours);
});

test("a file that a program lacks is not a program that an image lacks", () => {
  expect(missingProgram(thrown(500, "open /data: no such file or directory"))).toBeUndefined();
});
