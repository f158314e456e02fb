import { oneServer } from "./redis/one-server.js";

export default oneServer({
  name: "valkey",
  description: "Valkey, one primary: Redis's open successor, with the same locks",
  module: import.meta.url,
  // As with Redis, the server is a link into the package of its tools.
  software: {
    binaries: ["valkey-server"],
    packages: ["valkey-server", "valkey-tools", "libatomic1", "libjemalloc2", "liblzf1"],
    image: "valkey",
    versions: { "8.1": { debian: "trixie" } },
    versionCommand: ["valkey-server", "--version"],
  },
});
