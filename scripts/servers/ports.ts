import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reap } from "./reaper.ts";

// Below 32768, where the kernel takes no ports for outgoing connections.
const lowest = 10_000;
const highest = 32_000;
// The port of the README's example, which a test runs as it is written.
const readmePort = 20_444;

/** Ports are claimed by a file each, so that a server can be down for a while and still find its port free. */
const claims = join(tmpdir(), "flafkac-ports");

/**
 * A TCP port of 127.0.0.1 that nothing listens on. It stays this process's until the process ends: no other
 * test gets it, even while nothing is bound to it.
 */
export async function freePort(): Promise<number> {
  mkdirSync(claims, { recursive: true });
  const first = Math.floor(Math.random() * (highest - lowest));
  for (let step = 0; step < highest - lowest; step++) {
    const port = lowest + ((first + step) % (highest - lowest));
    const claim = join(claims, String(port));
    if (port === readmePort || !tryClaim(claim)) continue;
    if (await canBind(port)) {
      reap.path(claim);
      return port;
    }
    rmSync(claim, { force: true });
  }
  throw new Error(`No free port between ${lowest} and ${highest}.`);
}

/** `count` different free ports. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

function tryClaim(claim: string): boolean {
  try {
    writeFileSync(claim, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Bound on all addresses: that fails when any single address has the port in use. */
function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "0.0.0.0", () => server.close(() => resolve(true)));
  });
}
