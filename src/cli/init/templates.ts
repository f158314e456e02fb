/** What `lockjepsen init` writes. */

export const CONFIG = `import { defineConfig } from "lockjepsen";

// In the words of the command line: see docs/config.md of lockjepsen.
export default defineConfig({
  // Of every run, unless it says otherwise itself, or a flag or a variable does.
  defaults: { duration: "60s" },
  // What \`lockjepsen matrix\` and \`lockjepsen soak\` run; \`expect\`: the verdict that is no surprise.
  runs: {
    "etcd, fenced": { backend: "etcd", nemesis: "pause", fencing: "on", expect: "valid" },
    "redis, unfenced": { backend: "redis", nemesis: "pause", expect: "violated" },
  },
  // No run begins when these are used up.
  budgets: { disk: "10G" },
});
`;

export const WORKFLOW = `name: lockjepsen
on:
  schedule:
    - cron: "17 2 * * *"
  workflow_dispatch:
permissions:
  contents: read
jobs:
  soak:
    runs-on: ubuntu-latest
    timeout-minutes: 90
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm ci
      - run: >-
          sudo --preserve-env=PATH,GITHUB_STEP_SUMMARY,CI "$(command -v npx)" lockjepsen soak
          --for 30m --reporter github,junit --output results/soak
      - if: always()
        run: sudo chown -R "$(id -u):$(id -g)" results
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: lockjepsen
          path: results/soak
`;
