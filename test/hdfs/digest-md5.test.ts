import { describe, expect, test } from "vitest";
import { digestMd5Response } from "../../runtime/hdfs/digest-md5.ts";

describe("DIGEST-MD5", () => {
  // The example of RFC 2831, section 4
  const challenge =
    'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8';
  const answer = (text: string) =>
    digestMd5Response(text, "chris", "secret", "imap/elwood.innosoft.com", "OA6MHXh6VqTrRk");

  test("as its specification shows it", () => {
    const { response, serverProof } = answer(challenge);
    expect(String(response)).toContain('username="chris",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh"');
    expect(String(response)).toContain("response=d388dad90d4bbd760a152321f2143af7,qop=auth");
    expect(serverProof).toBe("rspauth=ea40f60335c427b5527b84dbabcdfffd");
  });

  test("a server that signs or encrypts everything is refused", () => {
    expect(() => answer(challenge.replace('"auth"', '"auth-int,auth-conf"'))).toThrow(
      "dfs.data.transfer.protection is not authentication",
    );
    expect(String(answer(challenge.replace('"auth"', '"auth-conf, auth"')).response)).toContain("qop=auth");
  });
});
