// What is so in a TypeScript repository, as the compiler's own checker tells it, as JSON on stdout. Knows no question.
// node chat_typescript.cjs TYPESCRIPT_JS ROOT
const [compiler, root] = process.argv.slice(2);
const ts = require(compiler);
const path = require("path");

const files = ts.sys
  .readDirectory(root, [".ts", ".tsx"], ["**/*.d.ts", "**/node_modules"])
  .sort();
const program = ts.createProgram(files, {
  noEmit: true,
  allowJs: false,
  skipLibCheck: true,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
});
const checker = program.getTypeChecker();
const relative = (file) => path.relative(root, file).split(path.sep).join("/");
const inside = (file) => !relative(file).startsWith("..") && !file.includes("node_modules");
const modules = [];
const definitions = [];
const inner = new Set();

const kinds = new Map([
  [ts.SyntaxKind.FunctionDeclaration, "function"],
  [ts.SyntaxKind.MethodDeclaration, "method"],
  [ts.SyntaxKind.ClassDeclaration, "class"],
  [ts.SyntaxKind.InterfaceDeclaration, "interface"],
  [ts.SyntaxKind.TypeAliasDeclaration, "type"],
  [ts.SyntaxKind.EnumDeclaration, "enum"],
]);

function named(node) {
  if (kinds.has(node.kind) && node.name && ts.isIdentifier(node.name)) return [node.name, kinds.get(node.kind), node];
  if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
    const value = node.initializer;
    if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) return [node.name, "function", value];
  }
  return undefined;
}

const last = (node) =>
  ts.isIdentifier(node) ? node.text : ts.isPropertyAccessExpression(node) ? node.name.text : "";

function qualified(node) {
  const parts = [];
  for (let at = node; at; at = at.parent) {
    const found = named(at);
    if (found) parts.unshift(found[0].text);
  }
  return parts.join(".");
}

function resolve(node) {
  let symbol = checker.getSymbolAtLocation(ts.isPropertyAccessExpression(node) ? node.name : node);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  const declared = symbol && symbol.declarations && symbol.declarations[0];
  if (!declared || !inside(declared.getSourceFile().fileName)) return "";
  return named(declared) ? qualified(declared) : "";
}

for (const source of program.getSourceFiles()) {
  if (source.isDeclarationFile || !inside(source.fileName)) continue;
  const at = relative(source.fileName);
  const line = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const one = { path: at, imports: [], calls: [], names: [] };
  modules.push(one);

  const visit = (node, owners, above) => {
    let here = owners;
    let names = above;
    const found = named(node);
    // What a function defines within itself is its own business, as in Python.
    if (found && owners.some((each) => each.kind === "function" || each.kind === "method")) {
      inner.add(found[0].text);
    } else if (found) {
      const [name, kind, body] = found;
      names = [...above, name.text];
      const whole = ts.isVariableDeclaration(node) && node.parent.parent ? node.parent.parent : node;
      const doc = ts.getJSDocCommentsAndTags(node).find((each) => ts.isJSDoc(each));
      const heritage = (node.heritageClauses || []).flatMap((clause) => clause.types);
      const defined = {
        path: at,
        name: name.text,
        qualname: names.join("."),
        kind,
        start: line(doc ? doc.pos : whole.getStart(source)),
        line: line(name.getStart(source)),
        end: line(whole.end),
        doc: doc && doc.comment ? (typeof doc.comment === "string" ? doc.comment : ts.getTextOfJSDocComment(doc.comment)) : "",
        bases: heritage.map((type) => last(type.expression)).filter(Boolean),
        returns: body.type && kind !== "type" ? body.type.getText(source).replace(/\s+/g, " ") : "",
        raises: [],
        calls: [],
      };
      definitions.push(defined);
      here = [...owners, defined];
    }
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const symbol = checker.getSymbolAtLocation(node.moduleSpecifier);
      const declared = symbol && symbol.declarations && symbol.declarations[0];
      const file = declared && inside(declared.getSourceFile().fileName) ? relative(declared.getSourceFile().fileName) : "";
      const bindings = node.importClause && node.importClause.namedBindings;
      const imported = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
      const base = { module: node.moduleSpecifier.text, line: line(node.getStart(source)), file };
      if (!imported.length) one.imports.push({ ...base, name: "" });
      for (const each of imported) one.imports.push({ ...base, name: (each.propertyName || each.name).text });
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const name = last(node.expression);
      if (name) {
        const call = { name, line: line(node.expression.end), resolved: resolve(node.expression) };
        const owner = here[here.length - 1];
        (owner ? owner.calls : one.calls).push(call);
      }
    }
    if (ts.isThrowStatement(node) && node.expression && ts.isNewExpression(node.expression)) {
      const name = last(node.expression.expression);
      const owner = here[here.length - 1];
      if (name && owner && !owner.raises.includes(name)) owner.raises.push(name);
    }
    if (ts.isIdentifier(node)) one.names.push([node.text, line(node.getStart(source))]);
    ts.forEachChild(node, (child) => visit(child, here, names));
  };
  visit(source, [], []);
}
process.stdout.write(JSON.stringify({ modules, definitions, inner: [...inner].sort() }));
