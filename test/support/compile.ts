import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Packages that somebody would have beside files of his own; ours among them. */
const BESIDE = {
  lockjepsen: ".",
  ...at("@types/node"),
  ...at("kubernetes-models"),
  ...at("@kubernetes-models"),
  ...at("pure-rand"),
};

/** What the compiler says of files of a user's own, by their names, in an empty directory; nothing: they are right. */
export function compile(place: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(join(place, "node_modules/@types"), { recursive: true });
  for (const [name, path] of Object.entries(BESIDE))
    symlinkSync(resolve(path), join(place, "node_modules", name));
  writeFileSync(join(place, "package.json"), '{ "type": "module" }');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
  const options = {
    compilerOptions: {
      target: "es2023",
      module: "nodenext",
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      allowJs: true,
      checkJs: true,
      noEmit: true,
      skipLibCheck: true,
    },
    files: Object.keys(files),
  };
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify(options));
  const { stdout, error } = spawnSync(resolve("node_modules/.bin/tsc"), ["-p", place], { encoding: "utf8" });
  if (error) throw error;
  return stdout;
}

function at(name: string): Readonly<Record<string, string>> {
  return { [name]: `node_modules/${name}` };
}
