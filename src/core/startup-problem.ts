/**
 * Why the hub cannot start, told to the operator in one sentence that also says what to do. Printed
 * without a stack; the process then exits with code 1.
 */
export class StartupProblem extends Error {
  override readonly name = 'StartupProblem';
}
