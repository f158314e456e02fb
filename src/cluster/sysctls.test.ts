import { expect, test } from "vitest";
import { userNamespaceTrouble } from "./sysctls.js";

test.each([
  ["kernel.unprivileged_userns_clone", "0", "sudo sysctl kernel.unprivileged_userns_clone=1"],
  ["kernel.apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"],
  ["user.max_user_namespaces", "0", "user.max_user_namespaces="],
  ["user.max_net_namespaces", "0", "user.max_net_namespaces="],
])("%s = %s is named, with both ways to mend it", (name, value, command) => {
  const read = (asked: string) => (asked === name ? value : undefined);
  const { reason, mend } = userNamespaceTrouble("Operation not permitted", read, false);
  expect(reason).toBe(`${name} is ${value} (Operation not permitted)`);
  expect(mend).toContain("sudo");
  expect(mend).toContain(command);
});

test("where no setting explains it, the kernel's own words do", () => {
  const { reason, mend } = userNamespaceTrouble(
    "unshare failed: No space left on device",
    () => "1000",
    false,
  );
  expect(reason).toBe("unshare failed: No space left on device");
  expect(mend).toMatch(/root.*user namespaces/);
});

test("root of a container is not told to use sudo", () =>
  expect(userNamespaceTrouble("", () => undefined, true).mend).toMatch(/--privileged/));
