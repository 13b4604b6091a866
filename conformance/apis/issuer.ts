// An issuer of tokens, with OpenID Connect discovery, as JWT authorizers ask one.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export interface Issuer {
  readonly address: string;
  /** A token with those claims that is good for an hour. */
  token(claims: Readonly<Record<string, string>>): Promise<string>;
  stop(): Promise<void>;
}

export async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const keys = [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" }];
  const server = createServer((request, response) => {
    const found =
      request.url === "/.well-known/openid-configuration"
        ? { issuer: address, jwks_uri: `${address}/keys` }
        : request.url === "/keys"
          ? { keys }
          : undefined;
    response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    address,
    token: (claims) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: "RS256", kid: "one" })
        .setIssuer(address)
        .setIssuedAt()
        .setExpirationTime("1h")
        .sign(privateKey),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
