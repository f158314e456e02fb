import { dirname, join } from "node:path";
import type { ServerPlace, Software } from "../../cluster/types.js";
import type { Backend, Setting } from "../types.js";

/**
 * The jars that a server needs of those that it could use. Of Debian's packages, with their manifests' dependencies
 * missing; of Apache's archive, all beside one another in `lib`.
 */
const JARS = ["zookeeper", "zookeeper-jute", "slf4j-api", "slf4j-simple", "metrics-core", "snappy-java"];

/** Java is the machine's own, if it has one. */
export const software: Software = {
  binaries: ["java", "zookeeper.jar"],
  common: ["java"],
  packages: [
    "libzookeeper-java",
    "libslf4j-java",
    "libdropwizard-metrics-java",
    "libnetty-java",
    "libsnappy-java",
    "default-jre-headless",
  ],
  image: "zookeeper",
  directories: ["usr/share/java", "usr/lib/jvm/default-java/bin"],
  versions: { "3.8": { debian: "bookworm", ubuntu: "noble" }, "3.9": { debian: "trixie" } },
  versionCommand: ["java", "-cp", "{zookeeper.jar}", "org.apache.zookeeper.Version"],
};

const TICK_MS = 500;

/** Keys of zoo.cfg by their own names. Default "": the line is left out. */
export const settings: Readonly<Record<string, Setting>> = {
  tickTime: {
    description: "ms in a tick: sessions are 2 to 20 of them (ZooKeeper's sample has 2000)",
    default: String(TICK_MS),
  },
  initLimit: { description: "ticks in which a server must have caught up with the leader", default: "10" },
  syncLimit: {
    description: "ticks that a server goes on serving without having heard from its leader",
    default: "5",
  },
  snapCount: { description: "transactions between two snapshots", default: "" },
  forceSync: { description: "no does not wait for the disk, and loses data", default: "" },
};

/** Between 2 and 20 ticks: what is outside is clamped by the server. */
export const ttlLimits = (values: Readonly<Record<string, string>>): { min: number; max: number } => {
  const tick = Number(values["tickTime"] ?? TICK_MS);
  return { min: 2 * tick, max: 20 * tick };
};

const CLIENT_PORT = 2181;
const PEER_PORTS = "2888:3888";

export const endpoint = ({ address }: ServerPlace): string => `${address}:${CLIENT_PORT}`;

const MAIN = "org.apache.zookeeper.server.quorum.QuorumPeerMain";

const JAVA = [
  // Several of them run on one machine: little memory each, and no threads to compile what soon ends.
  "-Xmx256m",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  // It would need a web server's jars.
  "-Dzookeeper.admin.enableServer=false",
  "-Dorg.slf4j.simpleLogger.showDateTime=true",
  "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS",
];

export const command: Backend["command"] = (own, all, { binaries, settings }) => {
  const jars = dirname(binaries["zookeeper.jar"] ?? "");
  const idOf = (place: ServerPlace): number => all.findIndex(({ name }) => name === place.name) + 1;
  const config = {
    ...settings,
    dataDir: "data",
    clientPort: String(CLIENT_PORT),
    clientPortAddress: own.address,
    maxClientCnxns: "0",
    "4lw.commands.whitelist": "srvr, conf",
    ...(all.length > 1 &&
      Object.fromEntries(all.map((place) => [`server.${idOf(place)}`, `${place.address}:${PEER_PORTS}`]))),
  };
  const classpath = [...JARS.map((jar) => join(jars, `${jar}.jar`)), join(jars, "lib", "*")];
  return {
    argv: [binaries["java"] ?? "java", ...JAVA, "-cp", classpath.join(":"), MAIN, "zoo.cfg"],
    files: {
      "zoo.cfg": Object.entries(config)
        .map(([key, value]) => (value === "" ? "" : `${key}=${value}\n`))
        .join(""),
      "data/myid": `${idOf(own)}\n`,
    },
  };
};
