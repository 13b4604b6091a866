// The command `cumulet`: what it can do, its options and its help.

import { Command, CommanderError, type CommandOptions, InvalidArgumentError, Option } from "commander";
import { version } from "../version.ts";
import { printError } from "./print.ts";

const defaultEndpoint = "http://localhost:4566";

export async function main(argv: readonly string[]): Promise<void> {
  // Whoever reads us may have read enough: `cumulet logs | head`.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const program = new Command("cumulet")
    .description("A whole AWS-compatible cloud in one small process.")
    .version(version, "-v, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .exitOverride();

  program
    .command("up")
    .description("start the cloud and keep it running until Ctrl-C")
    .option("-p, --port <number>", "port to listen on; 0 takes a free one", portNumber, 4566)
    .option("--host <address>", "address to listen on; beyond loopback a root key is required", "127.0.0.1")
    .option("-d, --data-dir <folder>", "where state is kept", ".cumulet")
    .addOption(
      new Option("--store <url>", "a PostgreSQL database that several processes keep one cloud in").conflicts(
        "ephemeral",
      ),
    )
    .option(
      "--blobs <url>",
      "s3://bucket/prefix[?endpoint=url&region=name] for what is large; goes with --store",
    )
    .option("--ephemeral", "keep everything in memory, write nothing")
    .addOption(
      new Option("--workers <number>", "processes that share the work and the port")
        .argParser(workersNumber)
        .default(1)
        .conflicts("ephemeral"),
    )
    .option(
      "--function-environments <number>",
      "environments of functions that run at once in each process (default: by memory, at most 100)",
      environmentsNumber,
    )
    .addOption(
      new Option(
        "--durability <level>",
        "what acknowledged writes survive: the death of the process, or a power cut",
      )
        .choices(["process", "disk"])
        .default("process"),
    )
    .option("--allow-origin <origin...>", "further web origins that may call this cloud from a browser")
    .option("--serve-host <name...>", "further host names under which this cloud is served")
    .addHelpText(
      "after",
      `
Environment:
  CUMULET_ROOT_ACCESS_KEY_ID, CUMULET_ROOT_SECRET_ACCESS_KEY
      the root key of account 000000000000, verified; required beyond loopback
  CUMULET_STORE, CUMULET_BLOBS
      as --store, for addresses that hold a password, and --blobs

Examples:
  cumulet up
  cumulet up --ephemeral --port 0
  cumulet up --data-dir ~/clouds/shop --durability disk
  cumulet up --workers 4
  cumulet up --store postgres://cloud@db.internal/cloud --data-dir /mnt/shared`,
    )
    .action(async (options) => (await import("./up.ts")).up(options));

  program
    .command("env")
    .description("print the exports that point AWS clients at the cloud")
    .option("-e, --endpoint <url>", "address of the cloud", defaultEndpoint)
    .addHelpText("after", '\nExample:\n  eval "$(cumulet env)"')
    .action(async (options) => (await import("./env.ts")).env(options));

  program
    .command("status")
    .description("show whether the cloud runs, its version and services")
    .option("-e, --endpoint <url>", "address of the cloud", defaultEndpoint)
    .option("--json", "print the answer as JSON")
    .action(async (options) => (await import("./status.ts")).status(options));

  program
    .command("reset")
    .description("empty the cloud: every service, every account")
    .option("-e, --endpoint <url>", "address of the cloud", defaultEndpoint)
    .option("-y, --yes", "do not ask")
    .action(async (options) => (await import("./reset.ts")).reset(options));

  const clock = program.command("clock").description("show, stop or move the cloud's clock");
  const clockCommand = (name: string, description: string, options: CommandOptions = {}): Command =>
    clock
      .command(name, options)
      .description(description)
      .option("-e, --endpoint <url>", "address of the cloud", defaultEndpoint);
  clockCommand("show", "print the cloud's time (what `cumulet clock` alone does)", {
    isDefault: true,
  }).action(async (options) => (await import("./clock.ts")).showClock(options));
  clockCommand("advance", "move time forward; what falls due on the way runs, in order")
    .argument("<duration>", "90s, 1h30m, 30d")
    .action(async (duration, options) =>
      (await import("./clock.ts")).moveClock({ advance: duration }, options),
    );
  clockCommand("freeze", "stop time").action(async (options) =>
    (await import("./clock.ts")).moveClock({ freeze: true }, options),
  );
  clockCommand("resume", "let time run on from where it stands").action(async (options) =>
    (await import("./clock.ts")).moveClock({ freeze: false }, options),
  );
  clockCommand("reset", "go back to the machine's time").action(async (options) =>
    (await import("./clock.ts")).moveClock({ reset: true }, options),
  );

  program
    .command("logs")
    .description("show what the cloud did: one line per operation")
    .option("-d, --data-dir <folder>", "where state is kept", ".cumulet")
    .option("-n, --lines <number>", "how many of the last lines", wholeNumber, 50)
    .option("-f, --follow", "go on as lines come")
    .option("--errors", "only what failed")
    .option("--json", "print the lines as they are stored")
    .action(async (options) => (await import("./logs.ts")).logs(options));

  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version end here as well, with 0.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    printError(error);
    process.exitCode = 1;
  }
}

/** Commander's words for a wrong option, in the form of all our errors. */
function oneLine(text: string): string {
  return `cumulet: ${text
    .replace(/^error: /, "")
    .trim()
    .replace(/\s*\n\s*/g, " ")} (cumulet --help lists the commands)\n`;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}

function workersNumber(text: string): number {
  const workers = Number(text);
  if (!/^\d{1,3}$/.test(text) || workers < 1 || workers > 128)
    throw new InvalidArgumentError("The number of workers is from 1 to 128.");
  return workers;
}

function environmentsNumber(text: string): number {
  const environments = Number(text);
  if (!/^\d{1,4}$/.test(text) || environments < 1)
    throw new InvalidArgumentError("The number of environments is from 1 to 9999.");
  return environments;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Not a whole number.");
  return Number(text);
}
