import { createRequire } from "node:module";
import { hostname } from "node:os";
import type { Component } from "../agent/component.ts";
import { errorText } from "../agent/log.ts";
import { dataNodeHandshake } from "./data-transfer-sasl.ts";
import type { HadoopLogin, SaslExchange } from "./login.ts";

/** What is used of the package `kerberos`, which only programs with a principal need. */
interface KerberosPackage {
  initializeClient(
    service: string,
    options: { principal: string; gssFlags: number; mechOID: number },
  ): Promise<KerberosClient>;
  readonly GSS_C_MUTUAL_FLAG: number;
  readonly GSS_C_SEQUENCE_FLAG: number;
  readonly GSS_C_INTEG_FLAG: number;
  readonly GSS_MECH_OID_KRB5: number;
}

interface KerberosClient {
  readonly contextComplete: boolean;
  step(challenge: string): Promise<string | null>;
  unwrap(challenge: string): Promise<string>;
  wrap(answer: string): Promise<string>;
}

const INSTALL_KERBEROS = "npm install kerberos@7.0.0";
/** Security layers of RFC 4752. */
const NO_SECURITY_LAYER = 1;

/**
 * Login by a key from a keytab. MIT's library fetches the tickets, and new ones in time; which KDC to ask it learns
 * from krb5.conf, or the file that KRB5_CONFIG names.
 * @throws StartError where the package `kerberos` is not there.
 */
export function kerberosLogin(component: Component, principal: string, keytab: string): HadoopLogin {
  const kerberos = loadKerberos(component);
  const { GSS_C_MUTUAL_FLAG, GSS_C_SEQUENCE_FLAG, GSS_C_INTEG_FLAG, GSS_MECH_OID_KRB5 } = kerberos;
  const name = principal.replace("_HOST", hostname().toLowerCase());
  const options = {
    principal: name,
    gssFlags: GSS_C_MUTUAL_FLAG | GSS_C_SEQUENCE_FLAG | GSS_C_INTEG_FLAG,
    mechOID: GSS_MECH_OID_KRB5,
  };
  return {
    start: async (service, host) => {
      const turn = (kerberosTurn ?? Promise.resolve()).then(() => {
        // The library is told by the environment. Tickets stay in memory, those of each principal by themselves.
        process.env.KRB5_CLIENT_KTNAME = keytab;
        process.env.KRB5CCNAME = `MEMORY:${name}`;
        return kerberos.initializeClient(`${service}@${host}`, options);
      });
      kerberosTurn = turn.catch(() => undefined);
      return gssapiExchange(await turn);
    },
    handshake: dataNodeHandshake,
  };
}

/** Logins of several principals in one process take turns: they need different environments. */
let kerberosTurn: Promise<unknown> | undefined;

function loadKerberos(component: Component): KerberosPackage {
  try {
    return createRequire(import.meta.url)("kerberos") as KerberosPackage;
  } catch (error) {
    throw component.startError(
      `Kerberos needs a package that is not installed; run: ${INSTALL_KERBEROS}, where MIT's library with its headers is (libkrb5-dev) (${errorText(error).split("\n", 1)[0]})`,
      "hdfs.kerberosPrincipal",
    );
  }
}

/** SASL's mechanism GSSAPI, RFC 4752, without a security layer. */
function gssapiExchange(client: KerberosClient): SaslExchange {
  return {
    respond: async (challenge) => {
      const text = challenge.toString("base64");
      if (!client.contextComplete) return Buffer.from((await client.step(text)) ?? "", "base64");
      const offered = Buffer.from(await client.unwrap(text), "base64")[0] ?? 0;
      if ((offered & NO_SECURITY_LAYER) === 0) {
        throw new Error(
          "hadoop.rpc.protection is not authentication: signed or encrypted calls are not supported",
        );
      }
      return Buffer.from(
        await client.wrap(Buffer.of(NO_SECURITY_LAYER, 0, 0, 0).toString("base64")),
        "base64",
      );
    },
  };
}
