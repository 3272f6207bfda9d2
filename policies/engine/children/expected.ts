// What must not vanish from an answer without a word: in Rego, an object of which one field is undefined is not there,
// and what is not there is pruned. So a component for which nothing is given stops the whole answer.

import type { Answer } from '../verdict/decode.ts';
import type { Awaited, BlueprintItem, ChildObject, Expected } from './blueprint-item.ts';
import type { BuildProblem } from './built.ts';
import { COMPONENT_LABEL } from './child.ts';

/** What is awaited where a component is for a blueprint that gave no answer, because the bundle has none of that name. */
export function missingBlueprints(
  expected: readonly Expected[],
  answers: readonly Answer<BlueprintItem>[],
): Awaited[] {
  const names = new Set(answers.map(({ rule }) => rule.name));
  return expected
    .filter(({ blueprint }) => !names.has(blueprint))
    .map(({ blueprint, path }) => ({ path, message: `no blueprint is called "${blueprint}"` }));
}

/** The components for which their blueprint gave no object. Where something is awaited, that may be so. */
export function passedOver(
  expected: readonly Expected[],
  answers: readonly Answer<BlueprintItem>[],
): BuildProblem[] {
  return expected
    .filter(({ component, blueprint }) => {
      const given = answers.filter(({ rule }) => rule.name === blueprint).flatMap(objectsOf);
      return !given.some(({ metadata }) => metadata.labels?.[COMPONENT_LABEL] === component);
    })
    .map(({ component, blueprint }) => ({
      blueprint,
      message: `nothing is given for component ${component}`,
    }));
}

function objectsOf(answer: Answer<BlueprintItem>): ChildObject[] {
  if (!('items' in answer)) return [];
  return answer.items.flatMap(item => ('object' in item ? [item.object] : []));
}
