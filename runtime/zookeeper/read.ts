import { errorText } from "../agent/log.ts";
import { zooKeeperConnect } from "./connect-string.ts";
import { ZooKeeperSession } from "./session.ts";

/** How long each step with a server may take, ms: there may be others, and somebody waits for the program to start. */
const STEP_TIMEOUT = 5_000;

/** Reads of one session; paths begin below the chroot. */
export interface ZooKeeperReads {
  /** The names of the nodes under a path; undefined when there is no such node. */
  getChildren(path: string): Promise<string[] | undefined>;
  /** The data of a node; undefined when there is no such node. */
  getData(path: string): Promise<Buffer | undefined>;
}

/**
 * Reads from the first server of `host1:2181,host2:2181/chroot` that answers, in one session. When a server fails in
 * the middle, the next one is asked for all of it.
 *
 * @throws Error that names every server and what was wrong with it, when none answers.
 */
export async function readZooKeeper<T>(
  connectText: string,
  read: (zooKeeper: ZooKeeperReads) => Promise<T>,
): Promise<T> {
  const { hosts, chroot } = zooKeeperConnect(connectText);
  const troubles: string[] = [];
  for (const host of hosts) {
    let session: ZooKeeperSession | undefined;
    try {
      const opened = await ZooKeeperSession.open(host, STEP_TIMEOUT);
      session = opened;
      return await read({
        getChildren: (path) => opened.getChildren(chroot + path),
        getData: (path) => opened.getData(chroot + path),
      });
    } catch (error) {
      if (error instanceof ZooKeeperContentError) throw error;
      troubles.push(`${host.host}:${host.port}: ${errorText(error)}`);
    } finally {
      session?.close();
    }
  }
  throw new Error(`no ZooKeeper answers (${troubles.join("; ")})`);
}

/** What a ZooKeeper holds is not what is needed: another server of it holds the same. */
export class ZooKeeperContentError extends Error {
  override readonly name = "ZooKeeperContentError";
}
