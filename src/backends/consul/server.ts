import type { ServerPlace, Software } from "../../cluster/types.js";
import type { Backend, Setting } from "../types.js";

/** Later releases are in no suite, and under another licence: whatever else is wanted must be on the PATH. */
export const software: Software = {
  binaries: ["consul"],
  packages: ["consul"],
  image: "consul",
  versions: { "1.8": { debian: "bullseye", ubuntu: "jammy" } },
  versionCommand: ["consul", "version"],
};

/** Keys of Consul's configuration by their own names. */
export const settings: Readonly<Record<string, Setting>> = {
  raft_multiplier: {
    description: "scales Raft's timeouts: 1 as advised for production, 5 is Consul's default",
    default: "1",
  },
  cleanup_dead_servers: {
    description:
      "true: one that is silent for some seconds is no member any more, and a voter 10 s after its return",
    default: "true",
  },
  session_ttl_min: { description: "no session may be shorter", default: "10s" },
  log_level: { description: "TRACE, DEBUG, INFO, WARN, ERR", default: "INFO" },
};

const HTTP_PORT = 8500;

export const endpoint = ({ address }: ServerPlace): string => `${address}:${HTTP_PORT}`;

/** All are servers: the clients speak with those, where usually an agent on their own machine passes it on. */
export const command: Backend["command"] = (own, all, { binaries, settings }) => ({
  argv: [binaries["consul"] ?? "consul", "agent", "-config-file=consul.json"],
  files: {
    "consul.json": JSON.stringify({
      server: true,
      bootstrap_expect: all.length,
      node_name: own.name,
      data_dir: "data",
      bind_addr: own.address,
      client_addr: own.address,
      retry_join: all.filter(({ name }) => name !== own.name).map(({ address }) => address),
      retry_interval: "1s",
      // Ports and calls home that nobody here needs.
      ports: { dns: -1, http: HTTP_PORT },
      disable_update_check: true,
      log_level: settings["log_level"],
      session_ttl_min: settings["session_ttl_min"],
      autopilot: { cleanup_dead_servers: settings["cleanup_dead_servers"] === "true" },
      performance: { raft_multiplier: Number(settings["raft_multiplier"]) },
    }),
  },
});
