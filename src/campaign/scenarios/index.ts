import { campaignCounter } from "./campaign-counter.js";
import { consulLockDelay } from "./consul-lock-delay.js";
import { crashWithoutTtl } from "./crash-without-ttl.js";
import { etcd11456 } from "./etcd-11456.js";
import { etcd15247 } from "./etcd-15247.js";
import { etcdCorrect } from "./etcd-correct.js";
import { etcdServerPauses } from "./etcd-server-pauses.js";
import { fencing } from "./fencing.js";
import { garbageCollection } from "./garbage-collection.js";
import { herd } from "./herd.js";
import { insertOrphans } from "./insert-orphans.js";
import { latency } from "./latency.js";
import { lookingFirst } from "./looking-first.js";
import { optimisticVersions } from "./optimistic-versions.js";
import { pauseIsHarmless } from "./pause-is-harmless.js";
import { poolerLeaks } from "./pooler-leaks.js";
import { randomValueFence } from "./random-value-fence.js";
import { redlockClockJump } from "./redlock-clock-jump.js";
import { redlockSlewedClock } from "./redlock-slewed-clock.js";
import { redlockValidity } from "./redlock-validity.js";
import { sentinelForgets } from "./sentinel-forgets.js";
import { twoWithdrawals } from "./two-withdrawals.js";
import type { Scenario } from "./types.js";
import { unsafeDel } from "./unsafe-del.js";
import { waitClosesTheHole } from "./wait-closes-the-hole.js";
import { zookeeperPauses } from "./zookeeper-pauses.js";
import { zookeeperSyncLimit } from "./zookeeper-sync-limit.js";

/** Every scenario, in the order of the page. */
export const scenarios: readonly Scenario[] = [
  etcdCorrect,
  pauseIsHarmless,
  zookeeperPauses,
  redlockClockJump,
  redlockSlewedClock,
  redlockValidity,
  garbageCollection,
  etcdServerPauses,
  etcd11456,
  etcd15247,
  sentinelForgets,
  waitClosesTheHole,
  consulLockDelay,
  fencing,
  randomValueFence,
  lookingFirst,
  poolerLeaks,
  crashWithoutTtl,
  insertOrphans,
  unsafeDel,
  herd,
  zookeeperSyncLimit,
  latency,
  campaignCounter,
  twoWithdrawals,
  optimisticVersions,
];
