import { defineConfig } from "vitest/config";

// Tests that start real servers (Kafka, Flume), pack the package, or otherwise take long.
const onServers = ["test/{servers,package}/**/*.test.ts", "test/**/*.servers.test.ts"];

// Those of them that take brokers, NameNodes and programs down under load, for many minutes: npm run test:faults.
const underFaults = [
  "test/servers/{faults,faults-hdfs}/**/*.test.ts",
  "test/servers/parity.test.ts",
  "test/hdfs/{faults,several,kerberos,web-hdfs}.servers.test.ts",
  "test/kafka/{consumer,consumer-cluster,consumer-faults,refused-records}.servers.test.ts",
  "test/runtime/hdfs-sink*.servers.test.ts",
];

/** One file after another: each has a broker and a program under load of its own. */
const withServers = {
  // kafkajs arms timers in the past on every used connection, and Node says so.
  execArgv: ["--disable-warning=TimeoutNegativeWarning"],
  maxWorkers: 1,
  testTimeout: 120_000,
  hookTimeout: 300_000, // the first run downloads the servers
};

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
          ...withServers,
          name: "servers",
          include: onServers,
          exclude: underFaults,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          ...withServers,
          name: "faults",
          include: underFaults,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
