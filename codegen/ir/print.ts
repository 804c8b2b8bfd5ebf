/** The lowered program as text that reads like P4, for people: what `--dump-after` shows. */

import type { Argument, Call, Expression, Variable } from './expressions.ts';
import type {
  Action,
  ActionCall,
  Control,
  Instance,
  Keyset,
  Package,
  Parameter,
  Parser,
  Program,
  ProgramFunction,
  Table,
} from './program.ts';
import type { Statement, SwitchCase } from './statements.ts';
import { showType, type Type } from './types.ts';

/** The whole program. */
export function printProgram(program: Program): string {
  const parts = [
    `error {\n${program.errors.map((name) => `  ${name}`).join(',\n')}\n}`,
    ...program.enums.map((type) => `enum ${type.name} { ${type.members.join(', ')} }`),
    ...program.types.map(printType),
    ...[...program.instances.values()].map(printInstance),
    ...[...program.functions.values()].map(printFunction),
    ...[...program.actions.values()]
      .filter((action) => action.owner === undefined)
      .map((one) => printAction(one, '')),
    ...[...program.blocks.values()].map((block) =>
      block.kind === 'parser' ? printParser(program, block) : printControl(program, block),
    ),
    `${printPackage(program.main)} main;`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function printType(type: Program['types'][number]): string {
  const fields = type.fields.map((field) => `  ${showType(field.type)} ${field.name};\n`).join('');
  return `${type.kind} ${type.name} {\n${fields}}`;
}

function printInstance(instance: Instance): string {
  const values = [...instance.arguments.values()].map(printExpression).join(', ');
  const size = instance.arraySize === undefined ? '' : `[${instance.arraySize}]`;
  return `${showType(instance.type)}(${values})${size} ${instance.name};`;
}

function printPackage(main: Package): string {
  const values = [...main.arguments.values()].map((value) =>
    value.kind === 'block'
      ? `${value.name}()`
      : value.kind === 'package'
        ? printPackage(value.package)
        : printExpression(value.value),
  );
  return `${main.type}(${values.join(', ')})`;
}

function printParameters(parameters: readonly Parameter[]): string {
  return parameters
    .map(({ direction, variable }) => {
      const written = direction === 'none' ? '' : `${direction} `;
      return `${written}${showType(variable.type)} ${variable.name}`;
    })
    .join(', ');
}

function printLocals(locals: readonly Variable[], indent: string): string {
  return locals.map((local) => `${indent}${showType(local.type)} ${local.name};\n`).join('');
}

function printFunction(item: ProgramFunction): string {
  const locals = printLocals(item.locals, '  ');
  const body = printStatements(item.body, '  ');
  return `${showType(item.returnType)} ${item.name}(${printParameters(item.parameters)}) {\n${locals}${body}}`;
}

function printAction(action: Action, indent: string): string {
  const inner = `${indent}  `;
  const locals = printLocals(action.locals, inner);
  const body = printStatements(action.body, inner);
  return `${indent}action ${action.name}(${printParameters(action.parameters)}) {\n${locals}${body}${indent}}`;
}

function printKeyset(keyset: Keyset): string {
  switch (keyset.kind) {
    case 'any':
      return '_';
    case 'value':
      return printExpression(keyset.value);
    case 'mask':
      return `${printExpression(keyset.value)} &&& ${printExpression(keyset.mask)}`;
    case 'range':
      return `${printExpression(keyset.low)} .. ${printExpression(keyset.high)}`;
    case 'value_set':
      return keyset.name;
  }
}

function printKeysets(keysets: readonly Keyset[]): string {
  const printed = keysets.map(printKeyset).join(', ');
  return keysets.length === 1 ? printed : `(${printed})`;
}

function printParser(program: Program, parser: Parser): string {
  const valueSets = [...program.valueSets.values()].filter((one) => one.owner === parser.name);
  const sets = valueSets.map(
    (one) => `  value_set<${showType(one.elementType)}>(${one.size}) ${one.name};\n`,
  );
  const states = parser.states.map((state) => {
    const body = printStatements(state.statements, '    ');
    const { transition } = state;
    if (transition.kind === 'direct') {
      return `  state ${state.name} {\n${body}    transition ${transition.state};\n  }\n`;
    }
    const keys = transition.keys.map(printExpression).join(', ');
    const cases = transition.cases
      .map((item) => `      ${printKeysets(item.keysets)}: ${item.state};\n`)
      .join('');
    return `  state ${state.name} {\n${body}    transition select(${keys}) {\n${cases}    }\n  }\n`;
  });
  const prologue =
    parser.prologue.length === 0 ? '' : `  // before start:\n${printStatements(parser.prologue, '  ')}`;
  const head = `parser ${parser.name}(${printParameters(parser.parameters)})`;
  return `${head} {\n${sets.join('')}${printLocals(parser.locals, '  ')}${prologue}${states.join('')}}`;
}

function printControl(program: Program, control: Control): string {
  const actions = control.actions.map((name) => {
    const action = program.actions.get(name);
    return action === undefined ? '' : `${printAction(action, '  ')}\n`;
  });
  const tables = control.tables.map((name) => {
    const table = program.tables.get(name);
    return table === undefined ? '' : `${printTable(table)}\n`;
  });
  const head = `control ${control.name}(${printParameters(control.parameters)})`;
  const body = printStatements(control.body, '    ');
  const inside = `${printLocals(control.locals, '  ')}${actions.join('')}${tables.join('')}`;
  return `${head} {\n${inside}  apply {\n${body}  }\n}`;
}

function printActionCall(call: ActionCall): string {
  return `${call.action}(${call.arguments.map(printExpression).join(', ')})`;
}

function printTable(table: Table): string {
  const lines: string[] = [];
  if (table.keys.length > 0) {
    const keys = table.keys.map((key) => `${printExpression(key.expression)} : ${key.matchKind};`);
    lines.push(`key = { ${keys.join(' ')} }`);
  }
  const actions = table.actions.map((one) => `${one.action}(${printArguments(one.arguments)});`);
  lines.push(`actions = { ${actions.join(' ')} }`);
  if (table.defaultAction !== undefined) {
    const constant = table.defaultAction.isConst ? 'const ' : '';
    lines.push(`${constant}default_action = ${printActionCall(table.defaultAction)};`);
  }
  if (table.size !== undefined) lines.push(`size = ${table.size};`);
  for (const [name, property] of table.properties)
    lines.push(`${name} = ${printExpression(property.value)};`);
  if (table.entries.length > 0) {
    const entries = table.entries.map(
      (entry) => `      ${printKeysets(entry.keysets)} : ${printActionCall(entry.action)};\n`,
    );
    lines.push(`${table.constEntries ? 'const ' : ''}entries = {\n${entries.join('')}    }`);
  }
  return `  table ${table.name} {\n${lines.map((line) => `    ${line}\n`).join('')}  }`;
}

/** Statements, one a line. */
export function printStatements(statements: readonly Statement[], indent: string): string {
  return statements.map((statement) => printStatement(statement, indent)).join('');
}

function printBody(statements: readonly Statement[], indent: string): string {
  return `{\n${printStatements(statements, `${indent}  `)}${indent}}`;
}

function printCases<Label>(
  cases: readonly SwitchCase<Label>[],
  printLabel: (label: Label) => string,
  indent: string,
): string {
  return cases
    .map((item) => {
      const labels = item.labels.map((label) => (label === undefined ? 'default' : printLabel(label)));
      return `${indent}  ${labels.join(': ')}: ${printBody(item.body, `${indent}  `)}\n`;
    })
    .join('');
}

function printStatement(statement: Statement, indent: string): string {
  switch (statement.kind) {
    case 'assign':
      return `${indent}${printExpression(statement.target)} = ${printExpression(statement.value)};\n`;
    case 'call': {
      const result = statement.result === undefined ? '' : `${printExpression(statement.result)} = `;
      return `${indent}${result}${printCall(statement.call)};\n`;
    }
    case 'set_validity':
      return `${indent}${printExpression(statement.target)}.${statement.valid ? 'setValid' : 'setInvalid'}();\n`;
    case 'shift_stack':
      return `${indent}${printExpression(statement.target)}.${statement.direction}_front(${statement.count});\n`;
    case 'if': {
      const otherwise =
        statement.whenFalse.length === 0 ? '' : ` else ${printBody(statement.whenFalse, indent)}`;
      const head = `if (${printExpression(statement.condition)})`;
      return `${indent}${head} ${printBody(statement.whenTrue, indent)}${otherwise}\n`;
    }
    case 'switch': {
      const cases = printCases(statement.cases, printExpression, indent);
      return `${indent}switch (${printExpression(statement.value)}) {\n${cases}${indent}}\n`;
    }
    case 'apply':
      return printApply(statement, indent);
    case 'for': {
      const updates = statement.updates
        .map((one) => printStatement(one, '').trim().replace(/;$/, ''))
        .join(', ');
      const head = `for (; ${printExpression(statement.condition)}; ${updates})`;
      return `${indent}${head} ${printBody(statement.body, indent)}\n`;
    }
    case 'for_in': {
      const { collection, variable } = statement;
      const written =
        collection.kind === 'range'
          ? `${printExpression(collection.low)} .. ${printExpression(collection.high)}`
          : printExpression(collection.value);
      const head = `for (${showType(variable.type)} ${variable.name} in ${written})`;
      return `${indent}${head} ${printBody(statement.body, indent)}\n`;
    }
    case 'break':
    case 'continue':
    case 'exit':
      return `${indent}${statement.kind};\n`;
    case 'return': {
      const value = statement.value === undefined ? '' : ` ${printExpression(statement.value)}`;
      return `${indent}return${value};\n`;
    }
    case 'labelled':
      return `${indent}${statement.label}: ${printBody(statement.body, indent)}\n`;
    case 'leave':
      return `${indent}leave ${statement.label};\n`;
  }
}

function printApply(statement: Statement & { readonly kind: 'apply' }, indent: string): string {
  const { outcome } = statement;
  switch (outcome.kind) {
    case 'none':
      return `${indent}${statement.table}.apply();\n`;
    case 'hit': {
      const otherwise = outcome.miss.length === 0 ? '' : ` else ${printBody(outcome.miss, indent)}`;
      return `${indent}if (${statement.table}.apply().hit) ${printBody(outcome.hit, indent)}${otherwise}\n`;
    }
    case 'action_run': {
      const cases = printCases(outcome.cases, (label) => label, indent);
      return `${indent}switch (${statement.table}.apply().action_run) {\n${cases}${indent}}\n`;
    }
  }
}

function printArguments(given: readonly Argument[]): string {
  return given
    .map((argument) => (argument.value === undefined ? '_' : printExpression(argument.value)))
    .join(', ');
}

function printCall(call: Call): string {
  const { callee } = call;
  const values = printArguments(call.arguments);
  switch (callee.kind) {
    case 'function':
    case 'action':
      return `${callee.name}(${values})`;
    case 'block':
      return `${callee.name}.apply(${values})`;
    case 'extern_function':
      return `${callee.name}${printTypeArguments(callee.typeArguments)}(${values})`;
    case 'method': {
      const name = `${callee.name}${printTypeArguments(callee.typeArguments)}`;
      return `${printExpression(callee.object)}.${name}(${values})`;
    }
  }
}

function printTypeArguments(types: readonly Type[]): string {
  return types.length === 0 ? '' : `<${types.map(showType).join(', ')}>`;
}

/** An expression, with parentheses around every operation inside another. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'constant': {
      const { type, value } = expression;
      if (type.kind === 'bits') return `${type.width}${type.signed ? 's' : 'w'}${value}`;
      return type.kind === 'varbit' ? '{}' : String(value);
    }
    case 'boolean':
      return String(expression.value);
    case 'string':
      return JSON.stringify(expression.value);
    case 'member':
      return `${showType(expression.type)}.${expression.member}`;
    case 'variable':
      return expression.variable.name;
    case 'field':
      return `${printOperand(expression.target)}.${expression.field}`;
    case 'index':
      return `${printOperand(expression.target)}[${printExpression(expression.index)}]`;
    case 'stack_element':
      return `${printOperand(expression.target)}.${expression.which}`;
    case 'last_index':
      return `${printOperand(expression.target)}.lastIndex`;
    case 'slice':
      return `${printOperand(expression.target)}[${expression.high}:${expression.low}]`;
    case 'part_select':
      return `${printOperand(expression.target)}[${printExpression(expression.low)} +: ${expression.type.width}]`;
    case 'unary':
      return `${expression.operator}${printOperand(expression.operand)}`;
    case 'binary':
      return `${printOperand(expression.left)} ${expression.operator} ${printOperand(expression.right)}`;
    case 'conditional':
      return `${printOperand(expression.condition)} ? ${printOperand(expression.whenTrue)} : ${printOperand(expression.whenFalse)}`;
    case 'cast':
      return `(${showType(expression.type)})${printOperand(expression.operand)}`;
    case 'is_valid':
      return `${printOperand(expression.target)}.isValid()`;
    case 'aggregate':
      return `(${showType(expression.type)}){ ${expression.elements.map(printExpression).join(', ')} }`;
    case 'invalid':
      return `(${showType(expression.type)}){#}`;
    case 'instance':
      return expression.index === undefined
        ? expression.instance
        : `${expression.instance}[${printExpression(expression.index)}]`;
    case 'apply_result':
      return `${expression.table}.apply().${expression.result}`;
    case 'call':
      return printCall(expression.call);
  }
}

function printOperand(expression: Expression): string {
  const printed = printExpression(expression);
  switch (expression.kind) {
    case 'unary':
    case 'binary':
    case 'conditional':
    case 'cast':
      return `(${printed})`;
    default:
      return printed;
  }
}
