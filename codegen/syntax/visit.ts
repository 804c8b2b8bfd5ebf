/** Walking the syntax tree: one table of child keys, one generic visitor. */

import type { Node } from './ast.ts';

/** Which fields of each kind of node hold nodes, in source order. Annotations come last where a node has any. */
export const CHILD_KEYS: {
  readonly [Kind in Node['kind']]: readonly (keyof Extract<Node, { kind: Kind }> & string)[];
} = {
  Program: ['declarations'],
  Identifier: [],
  Annotation: ['name'],
  BaseType: [],
  SizedType: ['width'],
  NamedType: ['name'],
  SpecializedType: ['base', 'typeArguments'],
  ArrayType: ['element', 'size'],
  TupleType: ['elements'],
  ListType: ['element'],
  MissingType: [],
  IntegerLiteral: [],
  BooleanLiteral: [],
  StringLiteral: [],
  NameExpression: ['name'],
  ThisExpression: [],
  TypeExpression: ['type'],
  MemberExpression: ['target', 'member'],
  IndexExpression: ['target', 'index'],
  SliceExpression: ['target', 'high', 'low'],
  PartSelectExpression: ['target', 'low', 'width'],
  UnaryExpression: ['operand'],
  BinaryExpression: ['left', 'right'],
  ConditionalExpression: ['condition', 'whenTrue', 'whenFalse'],
  CastExpression: ['type', 'operand'],
  CallExpression: ['callee', 'typeArguments', 'arguments'],
  Argument: ['name', 'value'],
  ListExpression: ['elements', 'trailingDots'],
  StructExpression: ['fields', 'trailingDots'],
  NamedValue: ['name', 'value'],
  InvalidHeaderExpression: [],
  DotsExpression: [],
  ParenthesizedExpression: ['inner'],
  MaskExpression: ['value', 'mask'],
  RangeExpression: ['low', 'high'],
  DefaultExpression: [],
  DontCareExpression: [],
  TupleKeysetExpression: ['elements'],
  MissingExpression: [],
  Parameter: ['type', 'name', 'defaultValue', 'annotations'],
  TypeParameter: ['name'],
  ConstantDeclaration: ['type', 'name', 'initializer', 'annotations'],
  VariableDeclaration: ['type', 'name', 'initializer', 'annotations'],
  ExternDeclaration: ['name', 'typeParameters', 'constructors', 'methods', 'annotations'],
  ConstructorPrototype: ['name', 'parameters', 'annotations'],
  MethodPrototype: ['returnType', 'name', 'typeParameters', 'parameters', 'annotations'],
  ExternFunctionDeclaration: ['returnType', 'name', 'typeParameters', 'parameters', 'annotations'],
  FunctionDeclaration: ['returnType', 'name', 'typeParameters', 'parameters', 'body', 'annotations'],
  ActionDeclaration: ['name', 'parameters', 'body', 'annotations'],
  ParserTypeDeclaration: ['name', 'typeParameters', 'parameters', 'annotations'],
  ControlTypeDeclaration: ['name', 'typeParameters', 'parameters', 'annotations'],
  PackageTypeDeclaration: ['name', 'typeParameters', 'parameters', 'annotations'],
  ParserDeclaration: [
    'name',
    'typeParameters',
    'parameters',
    'constructorParameters',
    'locals',
    'states',
    'annotations',
  ],
  ValueSetDeclaration: ['elementType', 'size', 'name', 'annotations'],
  ParserState: ['name', 'statements', 'transition', 'annotations'],
  DirectTransition: ['state'],
  SelectTransition: ['keys', 'cases'],
  SelectCase: ['keyset', 'state'],
  ControlDeclaration: [
    'name',
    'typeParameters',
    'parameters',
    'constructorParameters',
    'locals',
    'body',
    'annotations',
  ],
  Instantiation: ['type', 'arguments', 'name', 'initializer', 'annotations'],
  ObjectInitializer: ['members'],
  HeaderDeclaration: ['name', 'typeParameters', 'fields', 'annotations'],
  HeaderUnionDeclaration: ['name', 'typeParameters', 'fields', 'annotations'],
  StructDeclaration: ['name', 'typeParameters', 'fields', 'annotations'],
  StructField: ['type', 'name', 'annotations'],
  EnumDeclaration: ['name', 'members', 'annotations'],
  SerializableEnumDeclaration: ['underlyingType', 'name', 'members', 'annotations'],
  ErrorDeclaration: ['members', 'annotations'],
  MatchKindDeclaration: ['members', 'annotations'],
  TypedefDeclaration: ['type', 'name', 'annotations'],
  NewTypeDeclaration: ['type', 'name', 'annotations'],
  TableDeclaration: ['name', 'properties', 'annotations'],
  KeyProperty: ['elements', 'annotations'],
  KeyElement: ['expression', 'matchKind', 'annotations'],
  ActionsProperty: ['actions', 'annotations'],
  ActionReference: ['name', 'arguments', 'annotations'],
  EntriesProperty: ['entries', 'annotations'],
  TableEntry: ['priority', 'keyset', 'action', 'annotations'],
  CustomProperty: ['name', 'value', 'annotations'],
  AssignmentStatement: ['target', 'value'],
  CallStatement: ['call'],
  EmptyStatement: [],
  BlockStatement: ['statements', 'annotations'],
  IfStatement: ['condition', 'whenTrue', 'whenFalse'],
  SwitchStatement: ['expression', 'cases'],
  SwitchCase: ['label', 'body'],
  ForStatement: ['initializers', 'condition', 'updates', 'body', 'annotations'],
  ForInStatement: ['variable', 'collection', 'body', 'annotations'],
  BreakStatement: [],
  ContinueStatement: [],
  ReturnStatement: ['value'],
  ExitStatement: [],
};

function isNode(value: unknown): value is Node {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    value.kind in CHILD_KEYS
  );
}

/** The nodes directly inside `node`, in source order. The expressions of structured annotations count as theirs. */
export function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  const fields: Readonly<Record<string, unknown>> = node;
  for (const key of CHILD_KEYS[node.kind]) {
    const value = fields[key];
    if (Array.isArray(value)) for (const item of value) if (isNode(item)) children.push(item);
    if (isNode(value)) children.push(value);
  }
  if (node.kind === 'Annotation') {
    if (node.body.form === 'list') children.push(...node.body.expressions);
    else if (node.body.form === 'pairs') children.push(...node.body.pairs);
  }
  return children;
}

/** What to do at each node. `enter` says whether to go into the node. */
export type Visitor = {
  readonly enter?: (node: Node) => boolean;
  readonly leave?: (node: Node) => void;
};

/** Walks a tree depth first with an explicit stack, so that no nesting is too deep. */
export function visit(root: Node, visitor: Visitor): void {
  const stack: { readonly node: Node; readonly leaving: boolean }[] = [{ node: root, leaving: false }];
  for (;;) {
    const item = stack.pop();
    if (item === undefined) return;
    if (item.leaving) {
      visitor.leave?.(item.node);
      continue;
    }
    const goesIn = visitor.enter?.(item.node) !== false;
    if (visitor.leave !== undefined) stack.push({ node: item.node, leaving: true });
    if (!goesIn) continue;
    const children = childrenOf(item.node);
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index];
      if (child !== undefined) stack.push({ node: child, leaving: false });
    }
  }
}
