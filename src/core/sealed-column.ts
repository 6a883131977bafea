/**
 * A column whose values the keyring has sealed, so that they can be sealed anew under a newer data key.
 *
 * Expressions are SQL over the row, which is `t`, and over what is joined. They say what the value was sealed for; an
 * expression that says something else finds values that do not open.
 */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The primary key, one column. */
  readonly key: string;
  readonly keyType: 'uuid' | 'text';
  /** `customer_id`, the house where rows have no customer, or the one or the other row by row. */
  readonly owner: 'customer' | 'house' | 'customer or house';
  readonly rowId: string;
  readonly epoch: string;
  readonly join?: string;
}
