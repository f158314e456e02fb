import { LockjepsenError } from "../../error.js";
import { didYouMean } from "../../suggest.js";
import type { OptionTable } from "../command.js";
import type { Words } from "../said.js";
import { OF_A_CALL } from "./types.js";

/**
 * A section of a config as it would have been typed: numbers as digits, lists by commas. Throws a usage error with the
 * path to what is no option, or of another type.
 */
export function checkWords(
  file: string,
  path: string,
  section: Readonly<Record<string, unknown>> | undefined,
  options: OptionTable,
): Words {
  const names = Object.keys(options).filter((name) => !(OF_A_CALL as readonly string[]).includes(name));
  return Object.fromEntries(
    Object.entries(section ?? {})
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        const option = names.includes(name) ? options[name] : undefined;
        if (option === undefined)
          throw new LockjepsenError(
            "usage",
            `${file}: ${path} has no option "${name}"`,
            didYouMean(name, names),
          );
        return [name, wordOf(`${file}: ${path}.${name}`, value, option)];
      }),
  );
}

function wordOf(where: string, value: unknown, { type, array }: OptionTable[string]): Words[string] {
  if (type === "boolean") {
    if (typeof value === "boolean") return value;
    throw wrong(where, "true or false", value);
  }
  const list = Array.isArray(value) ? value : [value];
  const texts = list.flatMap((one: unknown) =>
    typeof one === "string" || (typeof one === "number" && Number.isFinite(one)) ? [String(one)] : [],
  );
  if (texts.length < list.length || texts.length === 0)
    throw wrong(where, "a text, a number or a list of them", value);
  return array === true ? texts : texts.join(",");
}

const wrong = (where: string, expected: string, value: unknown): LockjepsenError =>
  new LockjepsenError(
    "usage",
    `${where} is ${JSON.stringify(value) ?? typeof value}, not ${expected}`,
    'write it as it would be typed: ttl: "2s", nodes: 5, bail: true',
  );
