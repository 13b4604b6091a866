// What GetObject of a large object is measured against: node:http and a file
// stream, without a signature, a lookup or a checksum.

import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";

const [port, path] = process.argv.slice(2);
const { size } = statSync(path);

createServer((_request, response) => {
  response.writeHead(200, { "content-length": size });
  createReadStream(path).pipe(response);
}).listen(Number(port), "127.0.0.1");
