import { type ASTVisitor, GraphQLError, type StringValueNode, type ValidationContext } from 'graphql';

/**
 * The character 0 and half a character: JSON and GraphQL can write them, but no text has them, and PostgreSQL neither
 * stores them nor survives a statement with the first. Refused here, once for all texts that will ever be taken.
 */
function isImpossible(text: string): boolean {
  return text.includes('\0') || !text.isWellFormed();
}

/** Validation rule for texts in the document. */
export function impossibleTextRule(context: ValidationContext): ASTVisitor {
  return {
    StringValue(node: StringValueNode) {
      if (isImpossible(node.value)) context.reportError(impossibleText(node));
    },
  };
}

/** Far more than any input has; what works on values calls itself for each level. */
const deepest = 20;

/** @returns the error for variables that hold an impossible text, or are too deep. */
export function variablesFault(variables: unknown): GraphQLError | undefined {
  const left: [value: unknown, depth: number][] = [[variables, 0]];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [value, depth] = next;
    if (typeof value === 'string' && isImpossible(value)) return impossibleText();
    if (typeof value !== 'object' || value === null) continue;
    if (depth > deepest) return refused(`The variables are more than ${deepest} levels deep.`);
    for (const [name, inner] of Object.entries(value)) left.push([name, depth], [inner, depth + 1]);
  }
  return undefined;
}

function impossibleText(node?: StringValueNode): GraphQLError {
  return refused('A text holds a character that no text has.', node);
}

function refused(message: string, node?: StringValueNode): GraphQLError {
  return new GraphQLError(message, { nodes: node ?? null, extensions: { code: 'INVALID_INPUT' } });
}
