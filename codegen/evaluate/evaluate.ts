/** Compile-time evaluation: from `main` to a tree of instances (specification §18.2). */

import type { BoundArgument, CheckedProgram, ResolvedCall } from '../check/checked-program.ts';
import type { ConstantContext } from '../check/constants.ts';
import { evaluateConstant } from '../check/constants.ts';
import type { DiagnosticSink } from '../diagnostics.ts';
import type {
  ActionDeclaration,
  Annotation,
  CallExpression,
  ControlDeclaration,
  Expression,
  Instantiation,
  Node,
  Parameter,
  ParserDeclaration,
  TableDeclaration,
} from '../syntax/ast.ts';
import type { Span } from '../syntax/source.ts';
import { visit } from '../syntax/visit.ts';
import { instanceName, keyName, nameAnnotation } from './control-plane-names.ts';
import type {
  ActionInstance,
  BlockInstance,
  ExternInstance,
  InstanceName,
  KeyInstance,
  PackageInstance,
  TableInstance,
  Value,
  ValueSetInstance,
} from './instances.ts';

/** Blocks may instantiate blocks this deep. */
const MAXIMUM_DEPTH = 100;

/** A program may have this many instances; blocks that hold two of the next double them at every level. */
const MAXIMUM_INSTANCES = 100_000;

/** Where evaluation is: what constructor parameters stand for, what has been made, what names begin with. */
type Environment = {
  readonly parameters: ReadonlyMap<Parameter, Value>;
  /** Instances by their instantiation, here and around. */
  readonly made: ReadonlyMap<Node, BlockInstance | ExternInstance | PackageInstance>;
  readonly outerName: string;
  readonly depth: number;
  readonly constants: ConstantContext;
};

/** Whether a value is an instance rather than a constant. */
function isObject(value: Value): value is PackageInstance | BlockInstance | ExternInstance {
  return (
    value.kind === 'package' || value.kind === 'parser' || value.kind === 'control' || value.kind === 'extern'
  );
}

/**
 * Evaluates `main`.
 * @returns undefined when there is no `main` or it cannot be evaluated.
 */
export function evaluateProgram(checked: CheckedProgram, sink: DiagnosticSink): PackageInstance | undefined {
  return new Evaluator(checked, sink).run();
}

class Evaluator {
  readonly #checked: CheckedProgram;
  readonly #sink: DiagnosticSink;
  readonly #names = new Map<string, { readonly span: Span; readonly what: Node }>();
  readonly #globalActions = new Map<ActionDeclaration, ActionInstance>();
  #instances = 0;
  #exhausted = false;

  constructor(checked: CheckedProgram, sink: DiagnosticSink) {
    this.#checked = checked;
    this.#sink = sink;
  }

  run(): PackageInstance | undefined {
    const made = new Map<Node, BlockInstance | ExternInstance | PackageInstance>();
    const environment: Environment = {
      parameters: new Map(),
      made,
      outerName: '',
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
      if (declaration.kind !== 'Instantiation') continue;
      const name = instanceName('', declaration.name.name, declaration.annotations);
      const instance = this.#instantiate(environment, declaration, name, declaration);
      if (instance === undefined) continue;
      made.set(declaration, instance);
      if (instance.kind === 'extern') this.#claim(instance.name, declaration.name.span, declaration);
      if (declaration.name.name !== 'main') continue;
      if (instance.kind === 'package') main = instance;
      else this.#sink.report('P4601', declaration.type.span, {});
    }
    return main;
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
        return value === undefined || isObject(value) ? undefined : value;
      },
    };
  }

  /** Two controllable entities cannot have the same name (specification §18.3.2). */
  #claim(name: InstanceName, span: Span, what: Node): void {
    if (name.hidden) return;
    // Entities of different kinds are told apart by their kind.
    const kind = what.kind === 'Instantiation' ? this.#externKind(what) : what.kind;
    const key = `${kind} ${name.controlPlane}`;
    const previous = this.#names.get(key);
    if (previous === undefined) {
      this.#names.set(key, { span, what });
      return;
    }
    // The same action or extern reached twice is one entity.
    if (previous.what === what) return;
    this.#sink.report(
      'P4602',
      span,
      { name: name.controlPlane },
      {
        related: [{ message: 'the name is taken here', span: previous.span }],
        hint: 'give one of them another name with \'@name("…")\'',
      },
    );
  }

  #externKind(instantiation: Instantiation): string {
    const type = this.#checked.declaredTypes.get(instantiation);
    return type?.kind === 'extern' ? type.declaration.name.name : 'instance';
  }

  #count(span: Span): boolean {
    this.#instances++;
    if (this.#instances <= MAXIMUM_INSTANCES) return true;
    if (!this.#exhausted) this.#sink.report('P4603', span, { limit: MAXIMUM_INSTANCES });
    this.#exhausted = true;
    return false;
  }

  #instantiate(
    environment: Environment,
    node: Instantiation | CallExpression,
    name: InstanceName,
    instantiation: Instantiation | undefined,
  ): PackageInstance | BlockInstance | ExternInstance | undefined {
    const call = this.#checked.calls.get(node);
    if (call?.kind !== 'constructor' || !this.#count(node.span)) return undefined;
    const { type } = call;
    switch (type.kind) {
      case 'package':
        return {
          kind: 'package',
          name,
          type,
          arguments: this.#argumentsByName(environment, call, name.controlPlane, true),
        };
      case 'extern':
        return {
          kind: 'extern',
          name,
          declaration: type.declaration,
          type,
          arguments: this.#argumentsByName(environment, call, name.controlPlane, false),
          instantiation,
        };
      case 'parser':
      case 'control': {
        const parameters = new Map<Parameter, Value>();
        for (const binding of call.bindings) {
          const value = this.#argument(environment, binding, name.controlPlane);
          if (value !== undefined) parameters.set(binding.parameter, value);
        }
        return this.#block(environment, type.declaration, type.typeArguments, name, parameters, node.span);
      }
      default:
        return undefined;
    }
  }

  #argumentsByName(
    environment: Environment,
    call: ResolvedCall & { readonly kind: 'constructor' },
    outerName: string,
    isPackage: boolean,
  ): ReadonlyMap<string, Value> {
    const values = new Map<string, Value>();
    for (const binding of call.bindings) {
      const value = this.#argument(environment, binding, isPackage ? undefined : outerName);
      if (value !== undefined) values.set(binding.parameter.name.name, value);
    }
    return values;
  }

  /**
   * The value of a constructor argument.
   * @param outerName What names of instances made in the argument begin with; undefined for arguments of packages,
   *   whose blocks are named after their declaration, as all control planes expect.
   */
  #argument(
    environment: Environment,
    binding: BoundArgument,
    outerName: string | undefined,
  ): Value | undefined {
    const expression = binding.argument?.value ?? binding.parameter.defaultValue;
    if (expression === undefined) return undefined;
    return this.#value(environment, expression, binding.parameter, outerName);
  }

  #value(
    environment: Environment,
    expression: Expression,
    parameter: Parameter | undefined,
    outerName: string | undefined,
  ): Value | undefined {
    if (expression.kind === 'ParenthesizedExpression')
      return this.#value(environment, expression.inner, parameter, outerName);
    if (expression.kind === 'CallExpression') {
      const call = this.#checked.calls.get(expression);
      if (call?.kind === 'constructor') {
        const name = this.#nameOfArgument(call, parameter, outerName);
        return this.#instantiate(environment, expression, name, undefined);
      }
    }
    if (expression.kind === 'NameExpression') {
      const referent = this.#checked.references.get(expression);
      if (referent?.kind === 'Instantiation') return environment.made.get(referent);
      if (referent?.kind === 'Parameter') return environment.parameters.get(referent);
    }
    return evaluateConstant(environment.constants, expression);
  }

  #nameOfArgument(
    call: ResolvedCall & { readonly kind: 'constructor' },
    parameter: Parameter | undefined,
    outerName: string | undefined,
  ): InstanceName {
    const { type } = call;
    if (outerName === undefined && (type.kind === 'parser' || type.kind === 'control')) {
      return instanceName('', type.declaration.name.name, type.declaration.annotations);
    }
    return instanceName(outerName ?? '', parameter?.name.name ?? '', []);
  }

  #block(
    environment: Environment,
    declaration: ParserDeclaration | ControlDeclaration,
    typeArguments: BlockInstance['typeArguments'],
    name: InstanceName,
    parameters: ReadonlyMap<Parameter, Value>,
    place: Span,
  ): BlockInstance | undefined {
    if (environment.depth >= MAXIMUM_DEPTH) {
      this.#sink.report('P4604', place, { limit: MAXIMUM_DEPTH });
      return undefined;
    }
    const made = new Map(environment.made);
    const inside: Environment = {
      parameters,
      made,
      outerName: name.controlPlane,
      depth: environment.depth + 1,
      constants: this.#constantsWith(parameters),
    };
    const members = new Map<Node, BlockInstance | ExternInstance>();
    const tables: TableInstance[] = [];
    const actions: ActionInstance[] = [];
    const valueSets: ValueSetInstance[] = [];
    const byAction = new Map<ActionDeclaration, ActionInstance>();
    const hideChildren = name.hidden;
    const nameOf = (declared: string, annotations: readonly Annotation[]): InstanceName => {
      const own = instanceName(name.controlPlane, declared, annotations);
      return hideChildren && nameAnnotation(annotations) === undefined ? { ...own, hidden: true } : own;
    };
    for (const local of declaration.locals) {
      switch (local.kind) {
        case 'Instantiation': {
          const instance = this.#instantiate(
            inside,
            local,
            nameOf(local.name.name, local.annotations),
            local,
          );
          if (instance === undefined || instance.kind === 'package') break;
          made.set(local, instance);
          members.set(local, instance);
          if (instance.kind === 'extern') this.#claim(instance.name, local.name.span, local);
          break;
        }
        case 'ActionDeclaration': {
          const action: ActionInstance = {
            kind: 'action',
            name: nameOf(local.name.name, local.annotations),
            declaration: local,
          };
          this.#claim(action.name, local.name.span, action.declaration);
          byAction.set(local, action);
          actions.push(action);
          break;
        }
        case 'TableDeclaration': {
          const table = this.#table(inside, local, nameOf(local.name.name, local.annotations), byAction);
          this.#claim(table.name, local.name.span, local);
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
          this.#claim(valueSet.name, local.name.span, local);
          valueSets.push(valueSet);
          break;
        }
        default:
          break;
      }
    }
    this.#directApplications(inside, declaration, members, nameOf);
    return {
      kind: declaration.kind === 'ParserDeclaration' ? 'parser' : 'control',
      name,
      declaration,
      typeArguments,
      constructorArguments: parameters,
      members,
      tables,
      actions,
      valueSets,
    };
  }

  /** `C.apply(…)` on a type makes an instance named after the type (specification §15.1), and so do constructor calls in expressions. */
  #directApplications(
    environment: Environment,
    declaration: ParserDeclaration | ControlDeclaration,
    members: Map<Node, BlockInstance | ExternInstance>,
    nameOf: (declared: string, annotations: readonly Annotation[]) => InstanceName,
  ): void {
    const bodies: readonly Node[] =
      declaration.kind === 'ParserDeclaration'
        ? declaration.states
        : [declaration.body, ...declaration.locals.filter((local) => local.kind === 'ActionDeclaration')];
    const byType = new Map<Node, BlockInstance | undefined>();
    for (const body of bodies) {
      visit(body, {
        enter: (node) => {
          if (node.kind !== 'CallExpression') return true;
          const call = this.#checked.calls.get(node);
          if (call?.kind === 'block_apply' && call.target === undefined) {
            const block = call.declaration;
            if (block.kind !== 'ParserDeclaration' && block.kind !== 'ControlDeclaration') return true;
            if (!byType.has(block)) {
              const name = nameOf(block.name.name, block.annotations);
              byType.set(
                block,
                this.#count(node.span)
                  ? this.#block(environment, block, [], name, new Map(), node.span)
                  : undefined,
              );
            }
            const instance = byType.get(block);
            if (instance !== undefined) members.set(node, instance);
          }
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
    const actions: { reference: TableInstance['actions'][number]['reference']; action: ActionInstance }[] =
      [];
    const properties = new Map<
      string,
      TableInstance['properties'] extends ReadonlyMap<string, infer P> ? P : never
    >();
    const keyNames = new Map<string, Span>();
    for (const property of declaration.properties) {
      switch (property.kind) {
        case 'KeyProperty':
          for (const element of property.elements) {
            const given = nameAnnotation(element.annotations);
            const made = given ?? keyName(element.expression);
            if (made === undefined && !name.hidden) {
              this.#sink.report(
                'P4605',
                element.expression.span,
                {},
                {
                  hint: 'write a name behind the match kind: \'@name("…")\'',
                },
              );
            }
            const taken = made === undefined ? undefined : keyNames.get(made);
            if (made !== undefined && taken === undefined) keyNames.set(made, element.span);
            keys.push({ name: made ?? '', matchKind: element.matchKind.name, element });
          }
          break;
        case 'ActionsProperty':
          for (const reference of property.actions) {
            const referent = this.#checked.references.get(reference);
            if (referent?.kind !== 'ActionDeclaration') continue;
            actions.push({ reference, action: local.get(referent) ?? this.#globalAction(referent) });
          }
          break;
        case 'CustomProperty': {
          if (property.name.name === 'default_action') break;
          const value = this.#value(environment, property.value, undefined, name.controlPlane);
          if (value === undefined) break;
          properties.set(property.name.name, { property, value });
          break;
        }
        case 'EntriesProperty':
          break;
      }
    }
    return { kind: 'table', name, declaration, keys, actions, properties };
  }

  #globalAction(declaration: ActionDeclaration): ActionInstance {
    const known = this.#globalActions.get(declaration);
    if (known !== undefined) return known;
    const action: ActionInstance = {
      kind: 'action',
      name: instanceName('', declaration.name.name, declaration.annotations),
      declaration,
    };
    this.#globalActions.set(declaration, action);
    this.#claim(action.name, declaration.name.span, declaration);
    return action;
  }
}
