import { describe, expect, test } from "vitest";
import { hostMatcher, pathMatcher } from "./host-pattern.ts";

describe("a host pattern", () => {
  const match = hostMatcher("{urlId}.lambda-url.{region}", (domain) => domain === "localhost");

  test.each([
    ["abc.lambda-url.eu-west-1.localhost", { urlId: "abc", region: "eu-west-1" }],
    ["abc.lambda-url.eu-west-1.example.com", undefined],
    ["abc.lambda-url.eu-west-1", undefined],
    [".lambda-url.eu-west-1.localhost", undefined],
    ["abc.other.eu-west-1.localhost", undefined],
    ["localhost", undefined],
  ])("%s", (host, expected) => {
    expect(match(host)).toEqual(expected);
  });
});

describe("a host pattern of parts of labels, and of several labels", () => {
  const match = hostMatcher("{bucket+}.s3-website-{region}", (domain) => domain === "localhost");

  test.each([
    ["b.s3-website-eu-west-1.localhost", { bucket: "b", region: "eu-west-1" }],
    ["www.b.c.s3-website-us-east-1.localhost", { bucket: "www.b.c", region: "us-east-1" }],
    ["s3-website-us-east-1.localhost", undefined],
    ["b.s3-website-us-east-1.example.com", undefined],
  ])("%s", (host, expected) => {
    expect(match(host)).toEqual(expected);
  });
});

describe("a path pattern", () => {
  const match = pathMatcher("/_lambda-url/{urlId}");

  test.each([
    ["/_lambda-url/abc/a/b", { urlId: "abc", rest: "/a/b" }],
    ["/_lambda-url/abc/", { urlId: "abc", rest: "/" }],
    ["/_lambda-url/abc", { urlId: "abc", rest: "/" }],
    ["/_lambda-url/", undefined],
    ["/_lambda-url", undefined],
    ["/other", undefined],
  ])("%s", (path, expected) => {
    expect(match(path)).toEqual(expected);
  });

  test("without labels is a prefix of whole segments", () => {
    const health = pathMatcher("/v2");
    expect(health("/v2/x")).toEqual({ rest: "/x" });
    expect(health("/v20")).toBeUndefined();
  });
});
