import { oneServer } from "./redis/one-server.js";
import { software } from "./redis/server.js";

export default oneServer({
  name: "redis",
  description: "Redis, one primary: keys with a time to live by the server's wall clock",
  module: import.meta.url,
  software,
});
