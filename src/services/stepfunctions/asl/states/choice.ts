// Choice: the first rule that holds decides where to go.

import { type Evaluate, type Json, StateError } from "../data/scope.ts";
import { outcome } from "../data-flow.ts";
import type { ChoiceDefinition, ChoiceRule } from "../definition.ts";
import type { Frame } from "../frame.ts";
import type { CompiledState } from "../machine.ts";
import { chain, type Maybe } from "../maybe.ts";
import type { Run } from "../run.ts";
import { scopeOf } from "../scope.ts";
import { leave } from "../transitions.ts";
import { named, type StateContext } from "./context.ts";

/** Where a rule, or the default, leads, and what it makes of the data. */
interface Way {
  readonly next: string;
  readonly output: Evaluate | undefined;
  readonly assign: Evaluate | undefined;
}

export function compileChoice(definition: ChoiceDefinition, context: StateContext): CompiledState {
  const { query, name: language } = context.language;
  const { InputPath, OutputPath, Output, Default } = definition;
  const inputPath =
    InputPath === undefined || InputPath === "$" ? undefined : query.path(InputPath, "InputPath");
  const outputPath =
    OutputPath === undefined || OutputPath === "$" ? undefined : query.path(OutputPath, "OutputPath");
  const way = (rule: Partial<ChoiceRule> & { readonly Next: string }, where: string): Way => ({
    next: rule.Next,
    output: rule.Output === undefined ? undefined : query.template(rule.Output, `${where}Output`),
    assign: rule.Assign === undefined ? undefined : query.template(rule.Assign, `${where}Assign`),
  });
  const rules = definition.Choices.map((rule, at) => ({
    holds: query.condition(rule as Json, `Choices[${at}]`),
    way: way({ ...(Output === undefined ? {} : { Output }), ...rule }, `Choices[${at}]/`),
  }));
  const fallback =
    Default === undefined
      ? undefined
      : way(
          {
            Next: Default,
            ...(Output === undefined ? {} : { Output }),
            ...(definition.Assign === undefined ? {} : { Assign: definition.Assign }),
          },
          "",
        );

  const take = (run: Run, frame: Frame, input: Json, taken: Way | undefined): Maybe<void> => {
    if (taken === undefined) throw noChoiceMatched(frame);
    const scope = scopeOf(run, frame, input);
    const output =
      language === "JSONata"
        ? (taken.output?.(scope) ?? frame.input)
        : outputPath === undefined
          ? input
          : outputPath(scope);
    return chain(outcome(output, taken.assign?.(scope)), (value) => leave(run, frame, value, taken.next));
  };

  const choose = (run: Run, frame: Frame, input: Json, from: number): Maybe<void> => {
    const scope = scopeOf(run, frame, input);
    for (let at = from; at < rules.length; at++) {
      const holds = rules[at]!.holds(scope);
      if (holds === true) return take(run, frame, input, rules[at]!.way);
      if (holds instanceof Promise) {
        return holds.then((yes) =>
          yes ? take(run, frame, input, rules[at]!.way) : choose(run, frame, input, at + 1),
        );
      }
    }
    return take(run, frame, input, fallback);
  };

  return {
    ...named(context.name, definition),
    run: (run, frame) =>
      chain(inputPath === undefined ? frame.input : inputPath(scopeOf(run, frame, frame.input)), (input) =>
        choose(run, frame, input, 0),
      ),
  };
}

function noChoiceMatched(frame: Frame): StateError {
  return new StateError(
    "States.NoChoiceMatched",
    `Failed to transition out of the state '${frame.state}'. The state does not point to a next state.`,
  );
}
