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
  readonly #taken = new Map<string, { readonly span: Span; readonly what: Node }>();

  constructor(checked: CheckedProgram, sink: DiagnosticSink) {
    this.#checked = checked;
    this.#sink = sink;
  }

  /** Takes a name for what is declared by `what`; the same thing reached twice is one entity. */
  claim(name: InstanceName, span: Span, what: Node): void {
    if (name.hidden) return;
    const kind = what.kind === 'Instantiation' ? this.#externKind(what) : what.kind;
    const key = `${kind} ${name.controlPlane}`;
    const previous = this.#taken.get(key);
    if (previous === undefined) {
      this.#taken.set(key, { span, what });
      return;
    }
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
}
