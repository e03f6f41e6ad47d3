// Records key and trust stores as keytool makes them, with each encryption that Java has used for PKCS12:
//     node test/kafka/java/record-stores.ts > test/kafka/stores.recorded.json
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../../scripts/servers/command.ts";

const password = "store-password";
const directory = await mkdtemp(join(tmpdir(), "stores-"));
const keytool = (...args: string[]) => runCommand("keytool", args, { cwd: directory });
const algorithm = (name: string) => [
  `-J-Dkeystore.pkcs12.certProtectionAlgorithm=${name}`,
  `-J-Dkeystore.pkcs12.keyProtectionAlgorithm=${name}`,
];

try {
  const common = ["-storetype", "PKCS12", "-storepass", password];
  const own = [
    "-genkeypair",
    "-alias",
    "own",
    "-keyalg",
    "EC",
    "-dname",
    "CN=flafkac test",
    "-validity",
    "36500",
  ];
  await keytool(...own, "-keystore", "current.p12", ...common);
  await keytool(
    "-exportcert",
    "-alias",
    "own",
    "-keystore",
    "current.p12",
    "-storepass",
    password,
    "-rfc",
    "-file",
    "own.pem",
  );
  await keytool(
    "-importcert",
    "-noprompt",
    "-alias",
    "ca",
    "-file",
    "own.pem",
    "-keystore",
    "trust.p12",
    ...common,
  );
  const copies = {
    "legacy.p12": ["-J-Dkeystore.pkcs12.legacy"],
    "triple-des.p12": algorithm("PBEWithSHA1AndDESede"),
    "rc2-128.p12": algorithm("PBEWithSHA1AndRC2_128"),
    "without-checksum.p12": [
      "-J-Dkeystore.pkcs12.macAlgorithm=NONE",
      "-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE",
    ],
    "old.jks": [],
  };
  for (const [file, options] of Object.entries(copies)) {
    const to = [
      "-destkeystore",
      file,
      "-deststoretype",
      file.endsWith("jks") ? "JKS" : "PKCS12",
      "-deststorepass",
      password,
    ];
    await keytool(
      ...options,
      "-importkeystore",
      "-srckeystore",
      "current.p12",
      "-srcstorepass",
      password,
      ...to,
    );
  }
  const stores: Record<string, string> = {};
  for (const file of ["current.p12", "trust.p12", ...Object.keys(copies)]) {
    stores[file] = (await readFile(join(directory, file))).toString("base64");
  }
  const certificate = await readFile(join(directory, "own.pem"), "utf8");
  console.log(JSON.stringify({ password, certificate, stores }, null, 1));
} finally {
  await rm(directory, { recursive: true });
}
