import { describe, expect, it } from "vitest";
import type { ApiMapping, DomainState, RoutingRule } from "./domain-name.ts";
import { routeOfDomain } from "./resolve.ts";

const mapping = (path: string, apiId: string): ApiMapping => ({
  mappingId: apiId,
  path,
  apiId,
  stage: "$default",
  kind: "http",
});
const rule = (more: Partial<RoutingRule>): RoutingRule => ({
  ruleId: "r",
  priority: 1,
  basePaths: [],
  headers: [],
  apiId: "ruled",
  stage: "$default",
  stripBasePath: false,
  kind: "http",
  ...more,
});
const domain = (more: Partial<DomainState>): DomainState => ({
  name: "example.com",
  id: "",
  account: "000000000000",
  region: "us-east-1",
  createdAt: 0,
  configurations: [],
  routingMode: "API_MAPPING_ONLY",
  mappings: [],
  rules: [],
  tags: {},
  ...more,
});

describe("mappings of a custom domain name", () => {
  const mappings = [mapping("", "root"), mapping("v1", "one"), mapping("v1/pets", "pets")];
  it.each([
    ["/", "root", "/"],
    ["/v1", "one", "/"],
    ["/v1/", "one", "/"],
    ["/v1/dogs/1", "one", "/dogs/1"],
    ["/v1/pets/1", "pets", "/1"],
    ["/v1/petsies", "one", "/petsies"],
    ["/v10", "root", "/v10"],
  ])("%s goes to the longest that fits", (path, apiId, rest) => {
    expect(routeOfDomain(domain({ mappings }), path, {})).toMatchObject({ apiId, path: rest });
  });

  it("without one for the root, other paths lead nowhere", () => {
    expect(routeOfDomain(domain({ mappings: [mapping("v1", "one")] }), "/v2", {})).toBeUndefined();
  });
});

describe("routing rules of a custom domain name", () => {
  const mappings = [mapping("", "root")];
  const decided = (rules: readonly RoutingRule[], path: string, headers = {}, only = false) =>
    routeOfDomain(
      domain({
        mappings,
        rules,
        routingMode: only ? "ROUTING_RULE_ONLY" : "ROUTING_RULE_THEN_API_MAPPING",
      }),
      path,
      headers,
    );

  it("come before mappings, and keep or strip the base path", () => {
    const keeping = rule({ basePaths: [["beta", "gamma"]] });
    expect(decided([keeping], "/gamma/x")).toMatchObject({ apiId: "ruled", path: "/gamma/x" });
    const stripping = rule({ basePaths: [["beta"]], stripBasePath: true });
    expect(decided([stripping], "/beta/x")).toMatchObject({ path: "/x", basePath: "beta" });
    expect(decided([stripping], "/x")).toMatchObject({ apiId: "root" });
    expect(decided([stripping], "/x", {}, true)).toBeUndefined();
  });

  it.each([
    ["exact", "blue", true],
    ["exact", "blues", false],
    ["blu*", "blues", true],
    ["*ue", "blue", true],
    ["*l*", "blue", true],
    ["*x*", "blue", false],
    ["*", "anything", true],
  ])("a header's value is held against %s", (glob, value, fits) => {
    const valueGlob = glob === "exact" ? "blue" : glob;
    const headers = [[{ header: "X-Version", valueGlob }]];
    expect(decided([rule({ headers })], "/", { "x-version": value })?.apiId).toBe(fits ? "ruled" : "root");
  });

  it("ask for all of their conditions", () => {
    const both = rule({ basePaths: [["a"]], headers: [[{ header: "h", valueGlob: "1" }]] });
    expect(decided([both], "/a")?.apiId).toBe("root");
    expect(decided([both], "/a", { h: "1" })?.apiId).toBe("ruled");
  });

  it("mean nothing where the domain name has mappings only", () => {
    const found = routeOfDomain(domain({ mappings, rules: [rule({})] }), "/", {});
    expect(found?.apiId).toBe("root");
  });
});
