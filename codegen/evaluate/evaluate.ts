/**
 * Compile-time evaluation: from `main` to a tree of instances (specification §18.2).
 * Longer than most files: blocks make tables, tables make externs, and externs make blocks of instances again.
 */

import type { BoundArgument, CheckedProgram, ResolvedCall } from '../check/checked-program.ts';
import type { ConstantValue } from '../check/constant-values.ts';
import type { ConstantContext } from '../check/constants.ts';
import { evaluateConstant } from '../check/constants.ts';
import type { Type } from '../check/types.ts';
import type { DiagnosticSink } from '../diagnostics.ts';
import type {
  ActionDeclaration,
  Annotation,
  CallExpression,
  ControlDeclaration,
  CustomProperty,
  Expression,
  FunctionDeclaration,
  KeyElement,
  Node,
  Parameter,
  ParserDeclaration,
  TableDeclaration,
} from '../syntax/ast.ts';
import type { Span } from '../syntax/source.ts';
import { visit } from '../syntax/visit.ts';
import { instanceName, isHidden, nameAnnotation } from './control-plane-names.ts';
import {
  type ActionInstance,
  asConstant,
  type BlockInstance,
  type DefaultAction,
  type EvaluatedProgram,
  type ExternInstance,
  type InstanceName,
  type KeyInstance,
  type MadeInstance,
  type Origin,
  type PackageInstance,
  type TableInstance,
  type Value,
  type ValueSetInstance,
} from './instances.ts';
import { keyName } from './key-names.ts';
import { NameClaims } from './name-claims.ts';

/** Blocks may instantiate blocks this deep. */
const MAXIMUM_DEPTH = 100;

/** A program may have this many instances; blocks that hold two of the next double them at every level. */
const MAXIMUM_INSTANCES = 100_000;

/** Where evaluation is: what constructor parameters stand for, what has been made, what names begin with. */
type Environment = {
  readonly parameters: ReadonlyMap<Parameter, Value>;
  /** Instances by what makes them, here and around. */
  readonly made: ReadonlyMap<Node, MadeInstance>;
  /** Where instances that are made in expressions are put. */
  readonly members: Map<Node, MadeInstance>;
  readonly outerName: InstanceName | undefined;
  readonly depth: number;
  readonly constants: ConstantContext;
};

type NameOf = (declared: string, annotations: readonly Annotation[]) => InstanceName;

/**
 * Evaluates a program from `main`.
 * @returns undefined when there is no `main` or it cannot be evaluated.
 */
export function evaluateProgram(checked: CheckedProgram, sink: DiagnosticSink): EvaluatedProgram | undefined {
  return new Evaluator(checked, sink).run();
}

class Evaluator {
  readonly #checked: CheckedProgram;
  readonly #sink: DiagnosticSink;
  readonly #claims: NameClaims;
  readonly #globalActions = new Map<ActionDeclaration, ActionInstance>();
  #instances = 0;
  #exhausted = false;

  constructor(checked: CheckedProgram, sink: DiagnosticSink) {
    this.#checked = checked;
    this.#sink = sink;
    this.#claims = new NameClaims(checked, sink);
  }

  run(): EvaluatedProgram | undefined {
    const made = new Map<Node, MadeInstance>();
    const environment: Environment = {
      parameters: new Map(),
      made,
      members: made,
      outerName: undefined,
      depth: 0,
      constants: this.#constantsWith(new Map()),
    };
    let main: PackageInstance | undefined;
    for (const declaration of this.#checked.program.declarations) {
      if (
        'name' in declaration &&
        declaration.name.name === 'main' &&
        declaration.kind !== 'Instantiation' &&
        declaration.kind !== 'FunctionDeclaration'
      ) {
        this.#sink.report('P4601', declaration.name.span, {});
        continue;
      }
      // The program's own actions are known to the control plane whether or not a table uses them.
      if (declaration.kind === 'ActionDeclaration' && !declaration.name.span.source.isLibrary)
        this.#globalAction(declaration);
      if (declaration.kind !== 'Instantiation') continue;
      const name = instanceName(undefined, declaration.name.name, declaration.annotations);
      const instance = this.#instantiate(environment, declaration, name);
      if (instance === undefined) continue;
      made.set(declaration, instance);
      if (instance.kind === 'extern') this.#claims.claim(instance.name, declaration.name.span, declaration);
      if (declaration.name.name !== 'main') continue;
      if (instance.kind === 'package') main = instance;
      else this.#sink.report('P4601', declaration.type.span, {});
    }
    if (main === undefined) return undefined;
    const actions = this.#checked.program.declarations.flatMap((declaration) => {
      const action =
        declaration.kind === 'ActionDeclaration' ? this.#globalActions.get(declaration) : undefined;
      return action === undefined ? [] : [action];
    });
    return { main, instances: made, actions };
  }

  #constantsWith(parameters: ReadonlyMap<Parameter, Value>): ConstantContext {
    const { types, implicitCasts, writtenTypes, declaredTypes, references, calls, errors } = this.#checked;
    return {
      types,
      implicitCasts,
      writtenTypes,
      declaredTypes,
      references,
      calls,
      errors,
      values: new Map(),
      sink: this.#sink,
      resolve: (type) => type,
      parameterValue: (parameter) => {
        const value = parameters.get(parameter);
        return value === undefined ? undefined : asConstant(value);
      },
    };
  }

  #count(span: Span): boolean {
    this.#instances++;
    if (this.#instances <= MAXIMUM_INSTANCES) return true;
    if (!this.#exhausted) this.#sink.report('P4603', span, { limit: MAXIMUM_INSTANCES });
    this.#exhausted = true;
    return false;
  }

  /** Makes what an instantiation or a constructor call makes, and remembers it. */
  #instantiate(environment: Environment, origin: Origin, name: InstanceName): MadeInstance | undefined {
    const instance = this.#make(environment, origin, name);
    if (instance !== undefined) environment.members.set(origin, instance);
    return instance;
  }

  #make(environment: Environment, origin: Origin, name: InstanceName): MadeInstance | undefined {
    const call = this.#checked.calls.get(origin);
    if (call?.kind !== 'constructor' || !this.#count(origin.span)) return undefined;
    const { type } = call;
    switch (type.kind) {
      case 'package': {
        // Blocks given to packages are named after their declaration, as all control planes expect.
        const values = this.#argumentsByName(environment, call, undefined);
        return { kind: 'package', name, type, origin, arguments: values };
      }
      case 'extern':
        return this.#extern(environment, origin, name, call, type);
      case 'parser':
      case 'control': {
        const parameters = new Map<Parameter, Value>();
        for (const binding of call.bindings) {
          const value = this.#argument(environment, binding, name);
          if (value !== undefined) parameters.set(binding.parameter, value);
        }
        return this.#block(environment, { ...type, name, origin, parameters });
      }
      default:
        return undefined;
    }
  }

  #extern(
    environment: Environment,
    origin: Origin,
    name: InstanceName,
    call: ResolvedCall,
    type: Type & { readonly kind: 'extern' },
  ): ExternInstance {
    const written = origin.kind === 'Instantiation' ? this.#checked.declaredTypes.get(origin) : undefined;
    const methods = new Map<string, FunctionDeclaration>();
    const members = new Map<Node, MadeInstance>();
    const inside = { ...environment, members, outerName: name };
    for (const member of (origin.kind === 'Instantiation' && origin.initializer?.members) || []) {
      if (member.kind === 'FunctionDeclaration') methods.set(member.name.name, member);
      else this.#instantiate(inside, member, instanceName(name, member.name.name, member.annotations));
    }
    return {
      kind: 'extern',
      name,
      declaration: type.declaration,
      type,
      origin,
      arguments: call.kind === 'constructor' ? this.#argumentsByName(environment, call, name) : new Map(),
      arraySize: written?.kind === 'array' ? written.size : undefined,
      methods,
      members,
    };
  }

  /** @param outer What names of instances made in arguments begin with; undefined for arguments of packages. */
  #argumentsByName(
    environment: Environment,
    call: ResolvedCall & { readonly kind: 'constructor' },
    outer: InstanceName | undefined,
  ): ReadonlyMap<string, Value> {
    const values = new Map<string, Value>();
    for (const binding of call.bindings) {
      const value = this.#argument(environment, binding, outer);
      if (value !== undefined) values.set(binding.parameter.name.name, value);
    }
    return values;
  }

  #argument(
    environment: Environment,
    binding: BoundArgument,
    outer: InstanceName | undefined,
  ): Value | undefined {
    const expression = binding.argument?.value ?? binding.parameter.defaultValue;
    return expression === undefined
      ? undefined
      : this.#value(environment, expression, binding.parameter, outer);
  }

  /** The value of a constructor argument or a table property. */
  #value(
    environment: Environment,
    expression: Expression,
    parameter: Parameter | undefined,
    outer: InstanceName | undefined,
  ): Value | undefined {
    const constant = evaluateConstant(environment.constants, expression);
    return constant === undefined
      ? undefined
      : this.#closed(environment, constant, (call) => this.#nameOfArgument(call, parameter, outer));
  }

  /** A constant with the instances in it made. */
  #closed(
    environment: Environment,
    constant: ConstantValue,
    nameOf: (call: CallExpression) => InstanceName,
  ): Value | undefined {
    switch (constant.kind) {
      case 'instance': {
        const { origin } = constant;
        const made = environment.made.get(origin) ?? environment.members.get(origin);
        if (made !== undefined || origin.kind !== 'CallExpression') return made;
        return this.#instantiate(environment, origin, nameOf(origin));
      }
      case 'sequence': {
        const elements = constant.elements.flatMap((element) => {
          const value = this.#closed(environment, element, nameOf);
          return value === undefined ? [] : [value];
        });
        return elements.length < constant.elements.length ? undefined : { kind: 'sequence', elements };
      }
      case 'record': {
        const fields = new Map<string, Value>();
        for (const [name, field] of constant.fields) {
          const value = this.#closed(environment, field, nameOf);
          if (value === undefined) return undefined;
          fields.set(name, value);
        }
        return { kind: 'record', fields };
      }
      case 'parametric':
        return undefined;
      default:
        return constant;
    }
  }

  #nameOfArgument(
    call: CallExpression,
    parameter: Parameter | undefined,
    outer: InstanceName | undefined,
  ): InstanceName {
    if (outer !== undefined && parameter === undefined) return outer;
    const resolved = this.#checked.calls.get(call);
    const type = resolved?.kind === 'constructor' ? resolved.type : undefined;
    if (outer === undefined && (type?.kind === 'parser' || type?.kind === 'control')) {
      return instanceName(undefined, type.declaration.name.name, []);
    }
    return instanceName(outer, parameter?.name.name ?? '', []);
  }

  #block(
    environment: Environment,
    block: {
      readonly declaration: ParserDeclaration | ControlDeclaration;
      readonly typeArguments: BlockInstance['typeArguments'];
      readonly name: InstanceName;
      readonly origin: Origin;
      readonly parameters: ReadonlyMap<Parameter, Value>;
    },
  ): BlockInstance | undefined {
    const { declaration, typeArguments, name, origin, parameters } = block;
    if (environment.depth >= MAXIMUM_DEPTH) {
      this.#sink.report('P4604', origin.span, { limit: MAXIMUM_DEPTH });
      return undefined;
    }
    const made = new Map(environment.made);
    const members = new Map<Node, MadeInstance>();
    const inside: Environment = {
      parameters,
      made,
      members,
      outerName: name,
      depth: environment.depth + 1,
      constants: this.#constantsWith(parameters),
    };
    const tables: TableInstance[] = [];
    const actions: ActionInstance[] = [];
    const valueSets: ValueSetInstance[] = [];
    const byAction = new Map<ActionDeclaration, ActionInstance>();
    const nameOf: NameOf = (declared, annotations) => {
      const own = instanceName(name, declared, annotations);
      return name.hidden && nameAnnotation(annotations) === undefined ? { ...own, hidden: true } : own;
    };
    for (const local of declaration.locals) {
      switch (local.kind) {
        case 'Instantiation': {
          const instance = this.#instantiate(inside, local, nameOf(local.name.name, local.annotations));
          if (instance === undefined) break;
          made.set(local, instance);
          if (instance.kind === 'extern') this.#claims.claim(instance.name, local.name.span, local);
          break;
        }
        case 'ActionDeclaration': {
          const action: ActionInstance = {
            kind: 'action',
            name: nameOf(local.name.name, local.annotations),
            declaration: local,
          };
          this.#claims.claim(action.name, local.name.span, action.declaration);
          byAction.set(local, action);
          actions.push(action);
          break;
        }
        case 'TableDeclaration': {
          const table = this.#table(inside, local, nameOf(local.name.name, local.annotations), byAction);
          this.#claims.claim(table.name, local.name.span, local);
          tables.push(table);
          break;
        }
        case 'ValueSetDeclaration': {
          const size = evaluateConstant(inside.constants, local.size);
          const valueSet: ValueSetInstance = {
            kind: 'value_set',
            name: nameOf(local.name.name, local.annotations),
            declaration: local,
            size: size?.kind === 'integer' ? size.value : undefined,
          };
          this.#claims.claim(valueSet.name, local.name.span, local);
          valueSets.push(valueSet);
          break;
        }
        default:
          break;
      }
    }
    this.#directApplications(inside, declaration, nameOf);
    return {
      kind: declaration.kind === 'ParserDeclaration' ? 'parser' : 'control',
      name,
      declaration,
      typeArguments,
      origin,
      constructorArguments: parameters,
      members,
      tables,
      actions,
      valueSets,
    };
  }

  /** Each `C.apply(…)` on a type makes an instance of its own, named after the type (specification §15.1). */
  #directApplications(
    environment: Environment,
    declaration: ParserDeclaration | ControlDeclaration,
    nameOf: NameOf,
  ): void {
    const bodies: readonly Node[] =
      declaration.kind === 'ParserDeclaration'
        ? declaration.states
        : [declaration.body, ...declaration.locals.filter((local) => local.kind === 'ActionDeclaration')];
    for (const body of bodies) {
      visit(body, {
        enter: (node) => {
          if (node.kind !== 'CallExpression') return true;
          const call = this.#checked.calls.get(node);
          if (call?.kind !== 'block_apply' || call.target !== undefined) return true;
          const applied = call.declaration;
          if (applied.kind !== 'ParserDeclaration' && applied.kind !== 'ControlDeclaration') return true;
          if (!this.#count(node.span)) return true;
          const instance = this.#block(environment, {
            declaration: applied,
            typeArguments: [],
            name: nameOf(applied.name.name, applied.annotations),
            origin: node,
            parameters: new Map(),
          });
          if (instance !== undefined) environment.members.set(node, instance);
          return true;
        },
      });
    }
  }

  #table(
    environment: Environment,
    declaration: TableDeclaration,
    name: InstanceName,
    local: ReadonlyMap<ActionDeclaration, ActionInstance>,
  ): TableInstance {
    const keys: KeyInstance[] = [];
    const actions: TableInstance['actions'][number][] = [];
    const properties = new Map<string, { readonly property: CustomProperty; readonly value: Value }>();
    const instanceOf = (action: ActionDeclaration) => local.get(action) ?? this.#globalAction(action);
    let written: CustomProperty | undefined;
    for (const property of declaration.properties) {
      switch (property.kind) {
        case 'KeyProperty':
          keys.push(...property.elements.map((element) => this.#key(element, name)));
          break;
        case 'ActionsProperty':
          for (const reference of property.actions) {
            const referent = this.#checked.references.get(reference);
            if (referent?.kind === 'ActionDeclaration')
              actions.push({ reference, action: instanceOf(referent) });
          }
          break;
        case 'CustomProperty': {
          if (property.name.name === 'default_action') {
            written = property;
            break;
          }
          const value = this.#value(environment, property.value, undefined, joinProperty(name, property));
          if (value !== undefined) properties.set(property.name.name, { property, value });
          break;
        }
        case 'EntriesProperty':
          break;
      }
    }
    const size = properties.get('size')?.value;
    return {
      kind: 'table',
      name,
      declaration,
      keys,
      actions,
      size: size?.kind === 'integer' ? size.value : undefined,
      defaultAction: this.#defaultAction(environment, written, instanceOf),
      properties,
    };
  }

  #key(element: KeyElement, table: InstanceName): KeyInstance {
    const given = nameAnnotation(element.annotations);
    const name = given ?? keyName(this.#checked, element.expression);
    const hidden = isHidden(element.annotations);
    if (name === undefined && !table.hidden && !hidden) {
      const hint = 'write a name behind the match kind: \'@name("…")\'';
      this.#sink.report('P4605', element.expression.span, {}, { hint });
    }
    return { name: name ?? '', hidden, matchKind: element.matchKind.name, element };
  }

  /** `default_action` as written, or `NoAction` (specification §14.2.1.4). */
  #defaultAction(
    environment: Environment,
    property: CustomProperty | undefined,
    instanceOf: (action: ActionDeclaration) => ActionInstance,
  ): DefaultAction | undefined {
    if (property === undefined) {
      const noAction = this.#checked.program.declarations.find(
        (one) => one.kind === 'ActionDeclaration' && one.name.name === 'NoAction',
      );
      if (noAction?.kind !== 'ActionDeclaration') return undefined;
      return { action: instanceOf(noAction), arguments: new Map(), property };
    }
    let expression = property.value;
    while (expression.kind === 'ParenthesizedExpression') expression = expression.inner;
    const callee = expression.kind === 'CallExpression' ? expression.callee : expression;
    const action = this.#checked.references.get(callee);
    if (action?.kind !== 'ActionDeclaration') return undefined;
    const call = expression.kind === 'CallExpression' ? this.#checked.calls.get(expression) : undefined;
    const values = new Map<Parameter, Value>();
    for (const binding of call?.kind === 'action' ? call.bindings : []) {
      if (binding.parameter.direction !== undefined) continue;
      const value = this.#argument(environment, binding, undefined);
      if (value !== undefined) values.set(binding.parameter, value);
    }
    return { action: instanceOf(action), arguments: values, property };
  }

  #globalAction(declaration: ActionDeclaration): ActionInstance {
    const known = this.#globalActions.get(declaration);
    if (known !== undefined) return known;
    const action: ActionInstance = {
      kind: 'action',
      name: instanceName(undefined, declaration.name.name, declaration.annotations),
      declaration,
    };
    this.#globalActions.set(declaration, action);
    this.#claims.claim(action.name, declaration.name.span, declaration);
    return action;
  }
}

/** What an instance made in a table's property is named after: `implementation = action_profile(8)`. */
function joinProperty(table: InstanceName, property: CustomProperty): InstanceName {
  const name = instanceName(table, property.name.name, property.annotations);
  // A @name here has always been the whole name, in P4Info as in BMv2's JSON.
  return nameAnnotation(property.annotations) === undefined ? name : { ...name, controlPlane: name.local };
}
