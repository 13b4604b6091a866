// The same library for a program in CommonJS.

const { Cloud, StartError } = require("cumulet");

Cloud.start({ ephemeral: true, port: 0 }).then(async (cloud) => {
  const health = await fetch(`${cloud.endpoint}/_cumulet/health`);
  const { status } = await health.json();
  await cloud.stop();
  process.stdout.write(JSON.stringify({ status, error: new StartError("why") instanceof Error }));
});
