import { userInfo } from "node:os";
import type { Component } from "../agent/component.ts";
import { errorText } from "../agent/log.ts";
import type { HostAndPort } from "./address.ts";
import type { FileSystem } from "./file-system.ts";
import { type HadoopConfiguration, readHadoopConfiguration } from "./hadoop-configuration.ts";
import { HdfsFileSystem } from "./hdfs-file-system.ts";
import { LocalFileSystem } from "./local-file-system.ts";
import type { HadoopLogin, HadoopUser } from "./login.ts";
import type { NameNodeLogin } from "./rpc-connection.ts";
import { WebHdfsFileSystem } from "./web-hdfs.ts";

/** What a sink's properties say of the file system. */
export interface HadoopOptions {
  /** The path, or as much of it as names the file system: `hdfs://namenode:8020/logs`, `/logs`. */
  readonly uri?: string;
  /** The file system of a path without scheme, as given when the program was built. */
  readonly defaultFs?: string;
  /** Default: HADOOP_USER_NAME, else the system's user. */
  readonly user?: string;
  /** `kerberosLogin`, with `hdfs.kerberosPrincipal` and `hdfs.kerberosKeytab`; absent: the user's name is taken on trust. */
  readonly login?: HadoopLogin;
  /** `hdfs.proxyUser`: act for this user. */
  readonly proxyUser?: string;
  /** ms; 0: without end. */
  readonly callTimeout: number;
}

const NAME_NODE_PORT = 8020;
const HTTP_PORT = 9870;
const HTTPS_PORT = 9871;

/**
 * The file system of a path, as Hadoop's `FileSystem.get` chooses it: by the path's scheme; without one, the one given
 * when the program was built, else `fs.defaultFS` of core-site.xml under HADOOP_CONF_DIR. Opens no connection.
 * @throws StartError that names the line of `hdfs.path` where there is no file system, or none that is known.
 */
export function hadoopFileSystem(component: Component, options: HadoopOptions): FileSystem {
  const configuration = hadoopConfiguration(component);
  const { scheme, authority } = chooseFileSystem(component, options, configuration);
  switch (scheme) {
    case "hdfs":
      return hdfsFileSystem(component, options);
    case "webhdfs":
    case "swebhdfs":
      return webHdfsFileSystem(component, options);
    case "file":
      if (authority === "") return new LocalFileSystem();
      throw component.startError("hdfs.path: a file:// path has no host; write file:///…", "hdfs.path");
    default:
      throw component.startError(
        `hdfs.path has the scheme ${scheme}; there are hdfs, webhdfs, swebhdfs and file`,
        "hdfs.path",
      );
  }
}

/**
 * HDFS by its own protocols, for paths that are known to be `hdfs://`: with a host, or a nameservice of hdfs-site.xml.
 * @throws StartError as `hadoopFileSystem`.
 */
export function hdfsFileSystem(component: Component, options: HadoopOptions): HdfsFileSystem {
  const configuration = hadoopConfiguration(component);
  const { authority } = chooseFileSystem(component, options, configuration);
  const isProtected = configuration.get("dfs.data.transfer.protection") !== undefined;
  return new HdfsFileSystem({
    uri: `hdfs://${authority}`,
    nameNodes: nameNodesOf(component, authority, configuration, "rpc", NAME_NODE_PORT),
    user: hadoopUser(component, options),
    login: nameNodeLogin(component, options, configuration),
    handshake: isProtected ? options.login?.handshake : undefined,
    log: component.log,
    callTimeout: options.callTimeout,
    replication: configuration.number("dfs.replication"),
    blockSize: configuration.size("dfs.blocksize"),
    useDataNodeHostNames: configuration.get("dfs.client.use.datanode.hostname") === "true",
    socketTimeout: configuration.number("dfs.client.socket-timeout"),
  });
}

/**
 * HDFS over HTTP, for paths that are known to be `webhdfs://` or `swebhdfs://`.
 * @throws StartError as `hadoopFileSystem`.
 */
export function webHdfsFileSystem(component: Component, options: HadoopOptions): WebHdfsFileSystem {
  const configuration = hadoopConfiguration(component);
  const { scheme, authority } = chooseFileSystem(component, options, configuration);
  refuseKerberos(component, options);
  const secure = scheme === "swebhdfs";
  const [kind, port] = secure ? (["https", HTTPS_PORT] as const) : (["http", HTTP_PORT] as const);
  return new WebHdfsFileSystem({
    uri: `${scheme}://${authority}`,
    secure,
    nameNodes: nameNodesOf(component, authority, configuration, kind, port),
    user: hadoopUser(component, options),
    callTimeout: options.callTimeout,
    log: component.log,
  });
}

/** @throws StartError where there is a login, and nothing says to whom. */
function nameNodeLogin(
  component: Component,
  { login }: HadoopOptions,
  configuration: HadoopConfiguration,
): NameNodeLogin | undefined {
  if (login === undefined) return undefined;
  const who = "hdfs.kerberosPrincipal";
  const nameNode = configuration.get("dfs.namenode.kerberos.principal");
  if (nameNode === undefined) {
    throw component.startError(
      `${who} needs dfs.namenode.kerberos.principal in hdfs-site.xml, under HADOOP_CONF_DIR: who the NameNode has to be`,
      who,
    );
  }
  const withoutRealm = nameNode.split("@", 1)[0]!;
  return {
    login,
    principalOf: (host) => withoutRealm.replace("_HOST", host.toLowerCase()),
  };
}

function refuseKerberos(component: Component, { login }: HadoopOptions): void {
  if (login === undefined) return;
  throw component.startError(
    "Kerberos is not supported over HTTP: write hdfs:// instead of webhdfs://",
    "hdfs.kerberosPrincipal",
  );
}

/** HADOOP_CONF_DIR's site files. @throws StartError where they cannot be read. */
function hadoopConfiguration(component: Component): HadoopConfiguration {
  try {
    return readHadoopConfiguration();
  } catch (error) {
    throw component.startError(`the configuration under HADOOP_CONF_DIR cannot be read: ${errorText(error)}`);
  }
}

/** Scheme in small letters, and authority (`host:port`, a nameservice, or nothing). */
interface SchemeAndAuthority {
  readonly scheme: string;
  readonly authority: string;
}

function chooseFileSystem(
  component: Component,
  { uri, defaultFs }: HadoopOptions,
  configuration: HadoopConfiguration,
): SchemeAndAuthority {
  const own = splitUri(uri ?? "");
  if (own !== undefined && (own.authority !== "" || own.scheme === "file")) return own;
  const fallback = splitUri(defaultFs ?? configuration.get("fs.defaultFS") ?? "");
  if (own === undefined && fallback !== undefined) return fallback;
  if (own !== undefined && fallback?.scheme === own.scheme) return fallback;
  throw component.startError(
    own === undefined
      ? "hdfs.path names no file system: write hdfs://host:port before it, build with --default-fs hdfs://host:port, or set HADOOP_CONF_DIR to a directory whose core-site.xml has fs.defaultFS"
      : `hdfs.path names no host: write ${own.scheme}://host:port before it`,
    "hdfs.path",
  );
}

/** Undefined where there is no scheme. */
function splitUri(uri: string): SchemeAndAuthority | undefined {
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/]*))?/.exec(uri);
  return parts === null ? undefined : { scheme: parts[1]!.toLowerCase(), authority: parts[2] ?? "" };
}

/** The addresses of a nameservice's NameNodes, or the one that the authority names itself. */
function nameNodesOf(
  component: Component,
  authority: string,
  configuration: HadoopConfiguration,
  kind: "rpc" | "http" | "https",
  defaultPort: number,
): HostAndPort[] {
  const ids = configuration.list(`dfs.ha.namenodes.${authority}`);
  if (ids.length === 0) return [hostAndPort(component, authority, defaultPort)];
  return ids.map((id) => {
    const property = `dfs.namenode.${kind}-address.${authority}.${id}`;
    const address = configuration.get(property);
    if (address !== undefined) return hostAndPort(component, address, defaultPort);
    throw component.startError(`hdfs-site.xml has no ${property}`, "hdfs.path");
  });
}

/** @throws StartError where it is none. */
function hostAndPort(component: Component, authority: string, defaultPort: number): HostAndPort {
  const parts = /^(?:[^@]*@)?(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(authority);
  const port = Number(parts?.[3] ?? defaultPort);
  if (parts !== null && port >= 1 && port <= 65_535) return { host: parts[1] ?? parts[2]!, port };
  throw component.startError(`${authority} is no host with a port`, "hdfs.path");
}

function hadoopUser(component: Component, { user, proxyUser }: HadoopOptions): HadoopUser {
  const own = user || process.env.HADOOP_USER_NAME || systemUser(component);
  return proxyUser === undefined ? { effective: own, real: undefined } : { effective: proxyUser, real: own };
}

function systemUser(component: Component): string {
  try {
    return userInfo().username;
  } catch {
    throw component.startError("this process's user has no name: set HADOOP_USER_NAME", "hdfs.path");
  }
}
