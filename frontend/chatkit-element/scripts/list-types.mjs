/**
 * Prints, as JSON, the names of all that the vendor's types promise: options, methods with their parameters, events,
 * widgets. Read by the compiler from the types' own files, for the test that compares them with CONFORMANCE.md.
 */
import { fileURLToPath } from "node:url";
import ts from "typescript";

const folder = fileURLToPath(new URL("../node_modules/@openai/chatkit/types/", import.meta.url));
const program = ts.createProgram([`${folder}index.d.ts`, `${folder}widgets.d.ts`], {
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
  strict: true,
  types: [],
});
const checker = program.getTypeChecker();

function exported(file, name) {
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(folder + file));
  const found = checker.getExportsOfModule(symbol).find((one) => one.name === name);
  return checker.getDeclaredTypeOfSymbol(found);
}

const membersOf = (type) => (type.isUnion() ? type.types : [type]);
const isCallable = (type) => type.getCallSignatures().length > 0;
const isObject = (type) => (type.flags & ts.TypeFlags.Object) !== 0 && !isCallable(type);
/** Written in the types' own files: the DOM's objects (files, headers) are values, not options. */
const isTheirs = (symbol) =>
  symbol.declarations.some((declaration) => declaration.getSourceFile().fileName.startsWith(folder));

/** Names of all that can be set in `type`, as paths; `[]` stands for each entry of a list. */
function* paths(type, path) {
  const members = membersOf(checker.getNonNullableType(type));
  const objects = members.filter(isObject);
  const lists = objects.filter((member) => checker.isArrayType(member));
  const inside = objects
    .filter((member) => !lists.includes(member))
    .flatMap((member) => member.getProperties().filter(isTheirs));
  const leaf = inside.length === 0 && (lists.length === 0 || members.length > 1);
  if (path && (leaf || members.length > objects.length)) yield path;
  // Content of a message, where a text would do: the same everywhere, and the protocol's.
  if (members.length === 1)
    for (const list of lists) yield* paths(checker.getTypeArguments(list)[0], `${path}[]`);
  for (const property of inside)
    yield* paths(checker.getTypeOfSymbol(property), path ? `${path}.${property.name}` : property.name);
}

function* methods(type) {
  for (const property of type.getProperties().filter(isTheirs)) {
    if (/EventListener$/.test(property.name)) continue;
    yield `${property.name}()`;
    const [signature] = checker.getTypeOfSymbol(property).getCallSignatures();
    const [parameter] = signature.getParameters();
    if (parameter?.name !== "params") continue;
    for (const field of checker.getTypeOfSymbol(parameter).getProperties())
      yield `${property.name}({ ${field.name} })`;
  }
}

function* widgets() {
  for (const statement of program.getSourceFile(`${folder}widgets.d.ts`).statements) {
    if (!ts.isTypeAliasDeclaration(statement)) continue;
    const type = checker.getTypeAtLocation(statement);
    const kind = type.isUnion() ? undefined : type.getProperty("type");
    const value = kind && checker.getTypeOfSymbol(kind);
    if (value?.isStringLiteral()) yield value.value;
  }
}

const sorted = (names) => [...new Set(names)].sort();
console.log(
  JSON.stringify({
    options: sorted(paths(exported("index.d.ts", "ChatKitOptions"), "")),
    methods: sorted(methods(exported("index.d.ts", "OpenAIChatKit"))),
    events: sorted(
      exported("index.d.ts", "ChatKitEvents")
        .getProperties()
        .map((event) => event.name),
    ),
    widgets: sorted(widgets()),
  }),
);
