import { defineConfig } from "vitest/config";

// Tests that start real servers (Kafka, Flume), pack the package, or otherwise take long.
const onServers = ["test/{servers,package}/**/*.test.ts", "test/**/*.servers.test.ts"];

export default defineConfig({
  test: {
    retry: 0,
    reporters: ["default", "./scripts/closing-line.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: onServers,
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "servers",
          include: onServers,
          // kafkajs arms timers in the past on every used connection, and Node says so.
          execArgv: ["--disable-warning=TimeoutNegativeWarning"],
          // One file after another: each has a broker and a program under load of its own.
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 300_000, // the first run downloads the servers
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
