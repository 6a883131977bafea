import { type ASTVisitor, GraphQLError, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';

/**
 * Validation rule: what a subscription subscribes to hangs on no condition. The coming edition of the specification
 * forbids it; this edition's implementation breaks when nothing is left to subscribe to.
 */
export function certainSubscriptionRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      if (operation.operation !== 'subscription' || !isConditional(context, operation.selectionSet, new Set())) return;
      const message = 'What a subscription subscribes to must not hang on a directive.';
      context.reportError(new GraphQLError(message, { nodes: operation }));
    },
  };
}

function isConditional(context: ValidationContext, { selections }: SelectionSetNode, seen: Set<string>): boolean {
  return selections.some(node => {
    if ((node.directives ?? []).length > 0) return true;
    if (node.kind === Kind.FIELD) return false;
    if (node.kind === Kind.INLINE_FRAGMENT) return isConditional(context, node.selectionSet, seen);
    const name = node.name.value;
    const fragment = seen.has(name) ? undefined : context.getFragment(name);
    seen.add(name);
    return fragment != null && isConditional(context, fragment.selectionSet, seen);
  });
}
