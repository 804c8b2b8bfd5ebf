/** Two controllable entities cannot have the same name (specification §18.3.2). */

import type { CheckedProgram } from '../check/checked-program.ts';
import type { DiagnosticSink } from '../diagnostics.ts';
import type { Instantiation, Node } from '../syntax/ast.ts';
import type { Span } from '../syntax/source.ts';
import type { InstanceName } from './instances.ts';

/** The control-plane names that are taken. Entities of different kinds are told apart by their kind. */
export class NameClaims {
  readonly #checked: CheckedProgram;
  readonly #sink: DiagnosticSink;
  readonly #taken = new Map<string, { readonly span: Span; readonly what: Node; readonly path: string }>();

  constructor(checked: CheckedProgram, sink: DiagnosticSink) {
    this.#checked = checked;
    this.#sink = sink;
  }

  /** Takes a name for an instance of what is declared by `what`. */
  claim(name: InstanceName, span: Span, what: Node): void {
    if (name.hidden) return;
    const kind = what.kind === 'Instantiation' ? this.#externKind(what) : what.kind;
    const key = `${kind} ${name.controlPlane}`;
    const previous = this.#taken.get(key);
    if (previous === undefined) {
      this.#taken.set(key, { span, what, path: name.path });
      return;
    }
    // Two instances of one declaration: it stands in something that is made twice under the same name.
    const isSame = previous.what === what;
    this.#sink.report(
      'P4602',
      span,
      { name: name.controlPlane },
      {
        related: isSame ? [] : [{ message: 'the name is taken here', span: previous.span }],
        hint: isSame
          ? previous.path === name.path
            ? 'what declares it is applied by its type more than once: make instances of it, with names of their own'
            : `it is made more than once, as '${previous.path}' and as '${name.path}': name each instance, and leave out names that begin with a dot`
          : 'give one of them another name with \'@name("…")\'',
      },
    );
  }

  #externKind(instantiation: Instantiation): string {
    const type = this.#checked.declaredTypes.get(instantiation);
    return type?.kind === 'extern' ? type.declaration.name.name : 'instance';
  }
}
