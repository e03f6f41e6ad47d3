import type { ts } from "ts-morph";

/** The TypeScript compiler inside ts-morph, handed in so that loading it stays with `lift.ts`. */
export type TypeScript = typeof ts;

/** A name that a runtime module imports, and what it stands for. */
export interface ImportedName {
  /** As written: `./drain.ts`, `node:net`, `kafkajs`. */
  readonly from: string;
  /** Before the braces (`import x`), all of it (`* as x`), or within the braces. */
  readonly form: "default" | "namespace" | "named";
  /** The exported name; `default`, or `*` for a name space. */
  readonly imported: string;
  readonly local: string;
  readonly typeOnly: boolean;
  /** Its place among the import statements of the module. */
  readonly order: number;
}

/** One top-level statement of a runtime module. */
export interface RuntimeDeclaration {
  readonly names: readonly string[];
  /** With its doc comment, without blank lines around. */
  readonly text: string;
  /** Top-level and imported names of the same module that it mentions. */
  readonly mentions: ReadonlySet<string>;
  /** Modules that it imports when it runs: `import("kafkajs")`. */
  readonly dynamicImports: ReadonlySet<string>;
}

/** A module of `runtime/`, taken apart. */
export interface RuntimeModule {
  readonly path: string;
  readonly imports: ReadonlyMap<string, ImportedName>;
  readonly declarations: readonly RuntimeDeclaration[];
}

/** A runtime module holds something that cannot be copied one declaration at a time. */
export class NotLiftableError extends Error {
  constructor(path: string, line: number, why: string) {
    super(`runtime/${path}:${line}: ${why}`);
    this.name = "NotLiftableError";
  }
}

/**
 * Takes a runtime module apart into imports and declarations.
 *
 * @throws NotLiftableError for a statement that is neither an import nor a named declaration.
 */
export function readRuntimeModule(typescript: TypeScript, path: string, text: string): RuntimeModule {
  const file = typescript.createSourceFile(path, text, typescript.ScriptTarget.Latest, true);
  const imports = new Map<string, ImportedName>();
  const statements: { names: string[]; node: ts.Statement }[] = [];
  for (const node of file.statements) {
    if (typescript.isImportDeclaration(node)) {
      for (const name of importedNames(typescript, node, imports.size)) imports.set(name.local, name);
    } else {
      statements.push({ names: declaredNames(typescript, path, file, node), node });
    }
  }
  const known = new Set([...imports.keys(), ...statements.flatMap((statement) => statement.names)]);
  const declarations = statements.map(({ names, node }) => ({
    names,
    text: textWithComments(typescript, file, node),
    mentions: mentionsOf(typescript, node, known),
    dynamicImports: dynamicImportsOf(typescript, node),
  }));
  return { path, imports, declarations };
}

function importedNames(typescript: TypeScript, node: ts.ImportDeclaration, order: number): ImportedName[] {
  const from = (node.moduleSpecifier as ts.StringLiteral).text;
  const clause = node.importClause;
  if (clause === undefined) {
    return [];
  }
  const wholeIsType = clause.phaseModifier === typescript.SyntaxKind.TypeKeyword;
  const names: ImportedName[] = [];
  if (clause.name !== undefined) {
    names.push({
      from,
      form: "default",
      imported: "default",
      local: clause.name.text,
      typeOnly: wholeIsType,
      order,
    });
  }
  const bindings = clause.namedBindings;
  if (bindings !== undefined && typescript.isNamespaceImport(bindings)) {
    names.push({
      from,
      form: "namespace",
      imported: "*",
      local: bindings.name.text,
      typeOnly: wholeIsType,
      order,
    });
  } else if (bindings !== undefined) {
    for (const element of bindings.elements) {
      names.push({
        from,
        form: "named",
        imported: (element.propertyName ?? element.name).text,
        local: element.name.text,
        typeOnly: wholeIsType || element.isTypeOnly,
        order,
      });
    }
  }
  return names;
}

function declaredNames(
  typescript: TypeScript,
  path: string,
  file: ts.SourceFile,
  node: ts.Statement,
): string[] {
  if (typescript.isVariableStatement(node)) {
    const names = node.declarationList.declarations.map((declaration) => declaration.name);
    if (names.every((name) => typescript.isIdentifier(name))) return names.map((name) => name.text);
  } else if (
    typescript.isFunctionDeclaration(node) ||
    typescript.isClassDeclaration(node) ||
    typescript.isInterfaceDeclaration(node) ||
    typescript.isTypeAliasDeclaration(node)
  ) {
    if (node.name !== undefined) return [node.name.text];
  }
  const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  throw new NotLiftableError(path, line, "only imports and named declarations can be lifted");
}

/** The statement with the comments that belong to it: those after the last blank line before it. */
function textWithComments(typescript: TypeScript, file: ts.SourceFile, node: ts.Statement): string {
  let start = node.getStart();
  const comments = typescript.getLeadingCommentRanges(file.text, node.getFullStart()) ?? [];
  for (const comment of comments.toReversed()) {
    const between = file.text.slice(comment.end, start);
    if (/\n[ \t\r]*\n/.test(between)) break;
    start = comment.pos;
  }
  return file.text.slice(start, node.getEnd());
}

/** Which of `known` a statement mentions where no inner declaration hides the name. */
function mentionsOf(typescript: TypeScript, root: ts.Statement, known: ReadonlySet<string>): Set<string> {
  const mentions = new Set<string>();
  const hidden: ReadonlySet<string>[] = [];

  function visit(node: ts.Node): void {
    if (typescript.isIdentifier(node)) {
      if (known.has(node.text) && isReference(typescript, node) && !hidden.some((s) => s.has(node.text))) {
        mentions.add(node.text);
      }
      return;
    }
    const names = node === root ? parametersOf(typescript, node) : namesHiddenBy(typescript, node);
    hidden.push(names);
    typescript.forEachChild(node, visit);
    hidden.pop();
  }

  visit(root);
  return mentions;
}

/** The modules in calls of `import("…")`. */
function dynamicImportsOf(typescript: TypeScript, root: ts.Statement): Set<string> {
  const found = new Set<string>();
  function visit(node: ts.Node): void {
    if (typescript.isCallExpression(node) && node.expression.kind === typescript.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier !== undefined && typescript.isStringLiteral(specifier)) found.add(specifier.text);
    }
    typescript.forEachChild(node, visit);
  }
  visit(root);
  return found;
}

/** Not the name after a dot, nor a key, a member's or a label's name: those never stand for a top-level name. */
function isReference(typescript: TypeScript, node: ts.Identifier): boolean {
  const parent = node.parent;
  if (typescript.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (typescript.isQualifiedName(parent)) return parent.left === node;
  if (
    typescript.isPropertyAssignment(parent) ||
    typescript.isMethodDeclaration(parent) ||
    typescript.isMethodSignature(parent) ||
    typescript.isPropertyDeclaration(parent) ||
    typescript.isPropertySignature(parent) ||
    typescript.isGetAccessorDeclaration(parent) ||
    typescript.isSetAccessorDeclaration(parent)
  ) {
    return parent.name !== node;
  }
  return true;
}

/** Names that a block, a loop, a catch clause or a function declares for what is inside it. */
function namesHiddenBy(typescript: TypeScript, node: ts.Node): Set<string> {
  if (typescript.isBlock(node) || typescript.isCaseBlock(node)) {
    const statements = typescript.isBlock(node)
      ? node.statements
      : node.clauses.flatMap((c) => [...c.statements]);
    return new Set(statements.flatMap((statement) => declaredInside(typescript, statement)));
  }
  if (
    typescript.isForStatement(node) ||
    typescript.isForOfStatement(node) ||
    typescript.isForInStatement(node)
  ) {
    const initializer = node.initializer;
    return new Set(
      initializer !== undefined && typescript.isVariableDeclarationList(initializer)
        ? initializer.declarations.flatMap((declaration) => bindingNames(typescript, declaration.name))
        : [],
    );
  }
  if (typescript.isCatchClause(node)) {
    return new Set(node.variableDeclaration ? bindingNames(typescript, node.variableDeclaration.name) : []);
  }
  return parametersOf(typescript, node);
}

function parametersOf(typescript: TypeScript, node: ts.Node): Set<string> {
  if (typescript.isFunctionLike(node) && !typescript.isTypeNode(node)) {
    return new Set(node.parameters.flatMap((parameter) => bindingNames(typescript, parameter.name)));
  }
  return new Set();
}

function declaredInside(typescript: TypeScript, statement: ts.Statement): string[] {
  if (typescript.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((declaration) =>
      bindingNames(typescript, declaration.name),
    );
  }
  if (typescript.isFunctionDeclaration(statement) || typescript.isClassDeclaration(statement)) {
    return statement.name === undefined ? [] : [statement.name.text];
  }
  return [];
}

function bindingNames(typescript: TypeScript, name: ts.BindingName): string[] {
  return typescript.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) =>
        typescript.isOmittedExpression(element) ? [] : bindingNames(typescript, element.name),
      );
}
