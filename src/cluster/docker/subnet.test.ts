import { describe, expect, test } from "vitest";
import { freeSubnets, parseBlock, parseRoutes } from "./subnet.js";

describe("freeSubnets", () => {
  test("are all, where nothing is used", () => {
    expect(freeSubnets([], 0)).toHaveLength(256);
    expect(freeSubnets([], 0)[0]).toBe("10.77.0");
  });

  test("begin elsewhere for another run, and still are all", () => {
    expect(freeSubnets([], 300)[0]).toBe("10.77.44");
    expect(new Set(freeSubnets([], 300)).size).toBe(256);
  });

  test.each([
    ["one of them", "10.77.3.0/24", ["10.77.3"]],
    ["a part of one", "10.77.3.128/25", ["10.77.3"]],
    ["an address in one", "10.77.3.7", ["10.77.3"]],
    ["an interface's address with its block", "10.77.3.7/23", ["10.77.2", "10.77.3"]],
    ["what encloses them all", "10.64.0.0/10", "all"],
    ["others", "172.17.0.0/16", []],
    ["IPv6", "fd00::/64", []],
    ["no block at all", "nonsense", []],
  ])("leave out %s", (_, used, gone) => {
    const left = freeSubnets([used], 0);
    if (gone === "all") expect(left).toEqual([]);
    else expect(freeSubnets([], 0).filter((subnet) => !left.includes(subnet))).toEqual(gone);
  });
});

test("a block begins where its bits say, whatever address names it", () => {
  expect(parseBlock("10.77.3.200/24")).toEqual(parseBlock("10.77.3.0/24"));
  expect(parseBlock("0.0.0.0/0")).toEqual({ first: 0, last: 2 ** 32 - 1 });
  expect(parseBlock("10.77.3.256/24")).toBeNull();
  expect(parseBlock("10.77.3.0/33")).toBeNull();
});

test("routes of the kernel's own table, without the default one", () => {
  const header = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";
  const text = [
    header,
    "eth0\t00000000\t01FFFF0A\t0003\t0\t0\t0\t00000000\t0\t0\t0",
    "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
    "tun0\t00034D0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
    "",
  ].join("\n");
  expect(parseRoutes(text)).toEqual(["172.17.0.0/16", "10.77.3.0/24"]);
});
