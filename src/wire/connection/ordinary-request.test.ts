import { describe, expect, it } from "vitest";
import { ordinaryRequest, rawHeadersOf } from "./ordinary-request.ts";

const read = (text: string, headerBytes = 16_384) =>
  ordinaryRequest(Buffer.from(text, "latin1"), headerBytes);

const head = "POST /a/b?c=%20 HTTP/1.1\r\nHost: localhost:4566\r\n";

describe("an ordinary request", () => {
  it("is read as Node reads it", () => {
    const request = read(`${head}X-Amz-Meta-A: \t one  two \t\r\nX-Empty:\r\nContent-Length: 2\r\n\r\n{}`)!;
    expect(request).toMatchObject({ method: "POST", target: "/a/b?c=%20" });
    expect({ ...request.headers }).toEqual({
      host: "localhost:4566",
      "x-amz-meta-a": "one  two",
      "x-empty": "",
      "content-length": "2",
    });
    expect(Buffer.from(request.body).toString()).toBe("{}");
    expect(rawHeadersOf(request.lines)).toEqual(
      ["Host", "localhost:4566", "X-Amz-Meta-A", "one  two", "X-Empty", "", "Content-Length", "2"].flat(),
    );
  });

  it.each([
    ["without body", `${head}\r\n`],
    ["with an empty body", `${head}Content-Length: 0\r\n\r\n`],
    ["that keeps the connection", `${head}Connection: Keep-Alive\r\n\r\n`],
    ["with bytes beyond ASCII in a value", `${head}User-Agent: \xfc\r\n\r\n`],
  ])("may be one %s", (_, text) => {
    expect(read(text)).toBeDefined();
  });

  it.each([
    ["an end that is still to come", `${head}`],
    ["a body that is still to come", `${head}Content-Length: 3\r\n\r\n{}`],
    ["something after it", `${head}Content-Length: 1\r\n\r\n{}`],
    ["a body without a length", `${head}\r\n{}`],
    ["a length that is not plain digits", `${head}Content-Length: 02\r\n\r\n{}`],
    ["a length twice", `${head}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
    ["chunks", `${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["no host", "GET / HTTP/1.1\r\nAccept: a\r\n\r\n"],
    ["an empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"],
    ["two hosts", `${head}host: localhost\r\n\r\n`],
    ["a repeated header", `${head}Cookie: a\r\ncookie: b\r\n\r\n`],
    ["the name of an inherited property", `${head}constructor: a\r\n\r\n`],
    ["the name of a prototype", `${head}__proto__: a\r\n\r\n`],
    ["another method", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a method in lower case", "get / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["another version", "GET / HTTP/1.0\r\nHost: a\r\n\r\n"],
    ["the target of a proxy", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["bytes beyond ASCII in the target", "GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["an empty line before it", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ["a folded header", `${head}X: a\r\n b\r\n\r\n`],
    ["a space before the colon", `${head}X : a\r\n\r\n`],
    ["a header without a name", `${head}: a\r\n\r\n`],
    ["a line without a colon", `${head}X\r\n\r\n`],
    ["a bare line feed", `${head}X: a\nY: b\r\n\r\n`],
    ["a bare carriage return", `${head}X: a\rb\r\n\r\n`],
    ["a null byte", `${head}X: a\0\r\n\r\n`],
    ["a delete character", `${head}X: a\x7f\r\n\r\n`],
    ["an expectation", `${head}Expect: 100-continue\r\n\r\n`],
    ["an upgrade", `${head}Upgrade: websocket\r\n\r\n`],
    ["a connection that ends", `${head}Connection: close\r\n\r\n`],
    ["a connection by its old name", `${head}Proxy-Connection: close\r\n\r\n`],
    ["very many headers", `${head}${Array.from({ length: 101 }, (_, at) => `x${at}: a\r\n`).join("")}\r\n`],
  ])("has not %s", (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  it("keeps to the limit of the headers", () => {
    expect(read(`${head}\r\n`, head.length + 2)).toBeDefined();
    expect(read(`${head}\r\n`, head.length + 1)).toBeUndefined();
  });
});
