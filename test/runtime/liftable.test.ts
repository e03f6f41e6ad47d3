import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Node, Project, type SourceFile, type Statement } from "ts-morph";
import { describe, expect, it } from "vitest";

// The compiler copies single declarations of runtime/ into emitted programs. That works as long as each module is
// nothing but declarations, and no name means two things.

/** What emitted programs may have in their package.json. */
const PACKAGES = /^(kafkajs|@platformatic\/wasm-utils)(\/|$)/;

const root = fileURLToPath(new URL("../../runtime/", import.meta.url));
const paths = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
  .map((path) => join(root, path));
const project = new Project({ skipLoadingLibFiles: true, useInMemoryFileSystem: false });
const files = paths.map((path) => project.addSourceFileAtPath(path));
const nameOf = (file: SourceFile) => relative(root, file.getFilePath());

/** Whether evaluating an initializer can do nothing but make a value. */
function isPure(node: Node | undefined): boolean {
  if (node === undefined) return true;
  if (Node.isArrowFunction(node) || Node.isFunctionExpression(node) || Node.isLiteralExpression(node))
    return true;
  if (Node.isRegularExpressionLiteral(node) || Node.isIdentifier(node) || node.getText() === "true")
    return true;
  if (node.getText() === "false" || node.getText() === "null") return true;
  if (Node.isAsExpression(node) || Node.isSatisfiesExpression(node) || Node.isParenthesizedExpression(node)) {
    return isPure(node.getExpression());
  }
  if (Node.isPrefixUnaryExpression(node)) return isPure(node.getOperand());
  if (Node.isBinaryExpression(node)) {
    return (
      !node.getOperatorToken().getText().endsWith("=") && isPure(node.getLeft()) && isPure(node.getRight())
    );
  }
  if (Node.isPropertyAccessExpression(node)) return isPure(node.getExpression());
  if (Node.isArrayLiteralExpression(node)) return node.getElements().every(isPure);
  if (Node.isSpreadElement(node)) return isPure(node.getExpression());
  if (Node.isObjectLiteralExpression(node)) {
    return node
      .getProperties()
      .every((property) => (Node.isPropertyAssignment(property) ? isPure(property.getInitializer()) : true));
  }
  // A collection of constants, a few bytes, a table that one of the module's own functions computes, a module that
  // only require can reach.
  if (Node.isNewExpression(node)) return node.getArguments().every(isPure);
  if (Node.isCallExpression(node))
    return node.getArguments().every(isPure) && isPureCall(node.getExpression().getText());
  return false;
}

function isPureCall(callee: string): boolean {
  return /^(Buffer\.(from|alloc)|createRequire|require|[a-z]\w*Table)$/.test(callee);
}

function isDeclaration(statement: Statement): boolean {
  return (
    Node.isImportDeclaration(statement) ||
    Node.isInterfaceDeclaration(statement) ||
    Node.isTypeAliasDeclaration(statement) ||
    Node.isFunctionDeclaration(statement) ||
    Node.isClassDeclaration(statement) ||
    (Node.isVariableStatement(statement) &&
      statement.getDeclarations().every((one) => isPure(one.getInitializer())))
  );
}

describe.each(files.map((file) => [nameOf(file), file] as const))("runtime/%s", (_, file) => {
  it("is nothing but declarations without effect", () => {
    const others = file.getStatements().filter((statement) => !isDeclaration(statement));
    expect(others.map((statement) => statement.getText().slice(0, 100))).toEqual([]);
  });

  it("has only syntax that Node strips", () => {
    expect(() =>
      stripTypeScriptTypes(readFileSync(file.getFilePath(), "utf8"), { mode: "strip" }),
    ).not.toThrow();
  });

  it("imports node: modules, the packages of emitted programs, and other runtime modules by their file", () => {
    for (const declaration of file.getImportDeclarations()) {
      const from = declaration.getModuleSpecifierValue();
      if (from.startsWith("node:") || PACKAGES.test(from)) continue;
      expect(from).toMatch(/^\.\.?\/.*\.ts$/);
      expect(paths).toContain(join(dirname(file.getFilePath()), from));
    }
  });

  it("has named exports only", () => {
    expect(file.getDefaultExportSymbol()).toBeUndefined();
    expect(file.getExportDeclarations().map((one) => one.getText())).toEqual([]);
  });
});

describe("runtime", () => {
  it("has one meaning for each name", () => {
    const places = new Map<string, string[]>();
    for (const file of files) {
      const declared = [
        ...file.getFunctions().filter((one) => !one.isOverload()),
        ...file.getClasses(),
        ...file.getInterfaces(),
        ...file.getTypeAliases(),
        ...file.getVariableDeclarations(),
      ];
      for (const one of declared) {
        const name = one.getName() ?? "";
        places.set(name, [...(places.get(name) ?? []), nameOf(file)]);
      }
    }
    expect([...places].filter(([, where]) => where.length > 1)).toEqual([]);
  });
});
